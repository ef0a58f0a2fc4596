using MqttPay.Broker.Access;
using MqttPay.Broker.Gate;
using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Host;

/// <summary>
/// A PUBLISH on its way in: alias, window, right, and then the gate or the router. Every QoS 1 and 2 message takes a
/// slot in the connection's lane, so that acknowledgements leave in the order of arrival.
/// </summary>
internal sealed class PublishIntake(
    Engine engine, MqttConnection connection, Session session, ConnectionRights rights, SessionLimits limits)
{
    /// <summary>QoS 2 ids that a 3.1.1 client may leave without PUBREL; version 5 has its window.</summary>
    private const int ReceivedMax = 1_024;

    private readonly AckLane lane = new(connection, session, limits.ReceiveMax);
    private byte[]?[]? aliases;

    public bool Full => lane.Full;

    public Action? Freed
    {
        set => lane.Freed = value;
    }

    public void Abandon() => lane.Abandon();

    public Reason Take(ref PublishInput input, long now, TouchList touched)
    {
        if (!ResolveAlias(ref input)) return Reason.TopicAliasInvalid;
        var position = AckLane.NoPosition;
        if (input.Qos > 0)
        {
            var window = connection.Protocol == Protocol.V5 ? limits.ReceiveMax : ReceivedMax;
            var again = input.Qos == 2 && session.HasReceived(input.PacketId);
            if (!again && session.ReceivedCount + lane.Count >= window) return Reason.ReceiveMaximumExceeded;
            var kind = input.Qos == 1 ? AckKind.PubAck : AckKind.PubRec;
            if (!lane.TryTake(kind, input.PacketId, out position)) return Reason.ReceiveMaximumExceeded;
            if (again)
            {
                Settle(position, new(Reason.Success), touched);
                return Reason.Success;
            }
        }

        if (PaymentTopic.TryParse(input.Topic, out var kid, out var leg) && IsForeign(kid))
        {
            engine.Counters.Drop("foreign_topic");
            Settle(position, new(Reason.NotAuthorized, Withheld: true, Close: true), touched);
            return Reason.Success;
        }

        if (!rights.MayPublish(input.Topic)) return Refuse(position, "not_allowed", Reason.NotAuthorized, touched);
        if (engine.Gate is { } gate && leg == PaymentTopic.Request)
        {
            if (session.Identity.Kid is null) return Refuse(position, "not_allowed", Reason.NotAuthorized, touched);
            return Enter(gate, input, kid, position, touched);
        }

        if (input.Retain && !rights.MayRetain(input.Topic))
        {
            return Refuse(position, "retain_not_allowed", Reason.NotAuthorized, touched);
        }

        var message = new Message(input.Topic, input.Properties, input.Payload, input.Qos, input.Retain, now)
        {
            ExpirySeconds = input.ExpirySeconds,
        };
        Settle(position, new(engine.Router.Publish(message, session, now, touched)), touched);
        return Reason.Success;
    }

    /// <summary>A device on another key's topics is no mistake of a right: it hears so once and is closed.</summary>
    private bool IsForeign(Payments.KeyId kid) => session.Identity is { Role: Role.Device, Kid: { } own } && own != kid;

    private Reason Enter(RequestGate gate, in PublishInput input, Payments.KeyId kid, long position, TouchList touched)
    {
        engine.Counters.Publish();
        if (input.Retain || input.Payload.Length > GateRequest.PayloadMax)
        {
            return Refuse(position, "request_form", Reason.PayloadFormatInvalid, touched);
        }

        var request = new GateRequest(kid, input.Payload.ToArray(), engine.Clock.GetTimestamp(), lane, position);
        if (gate.TryEnter(request)) return Reason.Success;
        engine.Counters.Drop("gate_full");
        Settle(position, new(Reason.QuotaExceeded, Withheld: true), touched);
        return Reason.Success;
    }

    private Reason Refuse(long position, string why, Reason reason, TouchList touched)
    {
        engine.Counters.Drop(why);
        Settle(position, new(reason), touched);
        return Reason.Success;
    }

    private void Settle(long position, AckOutcome outcome, TouchList touched)
    {
        // An outcome at the head may free replies that were waiting behind it.
        if (lane.Settle(position, outcome, touched) is { } ready)
        {
            engine.Gate?.Send(ready);
            engine.Gate?.Flush();
        }
    }

    private bool ResolveAlias(ref PublishInput input)
    {
        if (input.Alias is not { } alias) return true;
        if (alias > Conversation.AliasMax) return false;
        aliases ??= new byte[]?[Conversation.AliasMax + 1];
        if (input.Topic.IsEmpty)
        {
            if (aliases[alias] is not { } known) return false;
            input.Topic = known;
            return true;
        }

        aliases[alias] = input.Topic.ToArray();
        return true;
    }
}
