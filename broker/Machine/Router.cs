using MqttPay.Broker.Access;

namespace MqttPay.Broker.Machine;

/// <summary>
/// Brings a message to the sessions whose filters it meets: one lookup and the wildcard branches that match.
/// </summary>
internal sealed class Router(BrokerCounters counters, long queueBytesMax, int retainedMax, long retainedBytesMax)
{
    private static readonly uint[] NoIdentifiers = [];

    [ThreadStatic]
    private static List<Subscription>? scratch;

    private readonly SubscriptionIndex index = new();
    private readonly QueueBudget budget = new(queueBytesMax);

    public RetainedMessages Retained { get; } = new(retainedMax, retainedBytesMax);

    public BrokerCounters Counters => counters;

    public Session NewSession(string clientId, Identity identity) => new(clientId, identity, index, budget, counters);

    /// <summary>Success, or that nobody was there to hear it, or that there is no room to keep it.</summary>
    public Reason Publish(Message message, Session? publisher, long now, TouchList touched)
    {
        counters.Publish();
        if (message.Retain && !Retained.Set(message)) return Reason.QuotaExceeded;
        if (message.Qos > 0 && budget.Exhausted) return Reason.QuotaExceeded;
        var found = scratch ??= new(16);
        found.Clear();
        index.Match(message.Topic, found);
        if (found.Count == 0) return Reason.NoMatchingSubscribers;
        if (found.Count == 1) Deliver(found[0], message, publisher, now, touched);
        else DeliverMerged(found, message, publisher, now, touched);
        found.Clear();
        return Reason.Success;
    }

    public void Reply(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long now, TouchList touched) =>
        Publish(new(topic, default, payload, 1, false, now), null, now, touched);

    public void RetainConfig(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long now, TouchList touched) =>
        Publish(new(topic, default, payload, 1, true, now), null, now, touched);

    public void SayWill(Will will, long now, TouchList touched) => Publish(will.ToMessage(now), null, now, touched);

    public void DeliverRetained(Subscription subscription, long now, TouchList touched)
    {
        var found = new List<Message>();
        Retained.Match(subscription.Filter, now, found);
        foreach (var message in found)
        {
            var qos = Math.Min(message.Qos, subscription.Qos);
            subscription.Session.Deliver(new(message, qos, true, Identifiers(subscription)), now, touched);
        }
    }

    private static void Deliver(Subscription to, Message message, Session? publisher, long now, TouchList touched)
    {
        if (to.NoLocal && ReferenceEquals(to.Session, publisher)) return;
        var retain = to.RetainAsPublished && message.Retain;
        to.Session.Deliver(new(message, Math.Min(message.Qos, to.Qos), retain, Identifiers(to)), now, touched);
    }

    /// <summary>
    /// Overlapping filters: one copy per session, the highest QoS, all identifiers, the flags judged for each.
    /// </summary>
    private static void DeliverMerged(
        List<Subscription> found, Message message, Session? publisher, long now, TouchList touched)
    {
        var merged = new Dictionary<Session, Delivery>(found.Count, ReferenceEqualityComparer.Instance);
        var order = new List<Session>(found.Count);
        foreach (var each in found)
        {
            if (each.NoLocal && ReferenceEquals(each.Session, publisher)) continue;
            var qos = Math.Min(message.Qos, each.Qos);
            var retain = each.RetainAsPublished && message.Retain;
            if (!merged.TryGetValue(each.Session, out var before))
            {
                merged.Add(each.Session, new(message, qos, retain, Identifiers(each)));
                order.Add(each.Session);
                continue;
            }

            uint[] identifiers = [.. before.Identifiers, .. Identifiers(each)];
            merged[each.Session] = new(message, Math.Max(qos, before.Qos), retain || before.Retain, identifiers);
        }

        foreach (var session in order) session.Deliver(merged[session], now, touched);
    }

    private static uint[] Identifiers(Subscription subscription) =>
        subscription.Identifier == 0 ? NoIdentifiers : [subscription.Identifier];
}
