using MqttPay.Broker.Access;
using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;

namespace MqttPay.Broker.Host;

/// <summary>
/// What a logged-in client says, packet by packet. Each answers success or the reason to end the connection.
/// </summary>
internal sealed class Conversation(
    Engine engine, MqttConnection connection, Session session, ConnectionRights rights, SessionLimits limits,
    uint expiry)
{
    public const ushort AliasMax = 10;

    private readonly PublishIntake intake = new(engine, connection, session, rights, limits);

    public SessionLimits Limits => limits;

    /// <summary>
    /// MQTT 3.1.1 knows no window, so reading pauses; a version 5 client that goes beyond it is closed.
    /// </summary>
    public bool Full => connection.Protocol != Protocol.V5 && intake.Full;

    public Action? Freed
    {
        set => intake.Freed = value;
    }

    public void Abandon() => intake.Abandon();

    public Reason Take(Frame frame, ReadOnlySpan<byte> body, long now, TouchList touched)
    {
        switch (frame.Kind)
        {
            case PacketKind.Publish:
                var reason = PacketGuard.CheckPublish(frame.First, body, connection.Protocol, out var input);
                return reason == Reason.Success ? intake.Take(ref input, now, touched) : reason;
            case PacketKind.PubAck or PacketKind.PubRec or PacketKind.PubRel or PacketKind.PubComp:
                return TakeAck((AckKind)frame.Kind, body, now, touched);
            case PacketKind.Subscribe:
                return Subscribe(frame.First, body, now, touched);
            case PacketKind.Unsubscribe:
                return Unsubscribe(frame.First, body, touched);
            case PacketKind.PingReq:
                if (PacketGuard.CheckPing(body) is var ping and not Reason.Success) return ping;
                connection.SendRaw([(byte)((int)PacketKind.PingResp << 4), 0]);
                touched.Add(connection);
                return Reason.Success;
            case PacketKind.Disconnect:
                return Disconnect(body);
            default:
                return Reason.ProtocolError;
        }
    }

    private Reason TakeAck(AckKind kind, ReadOnlySpan<byte> body, long now, TouchList touched)
    {
        var reason = PacketGuard.CheckAck(body, kind, connection.Protocol, out var packetId, out var code);
        if (reason != Reason.Success) return reason;
        touched.Add(connection);
        if (kind == AckKind.PubRel)
        {
            var known = session.Release(packetId);
            connection.SendAck(AckKind.PubComp, packetId, known ? Reason.Success : Reason.PacketIdNotFound);
            return Reason.Success;
        }

        var failed = code >= (byte)Reason.Unspecified;
        var match = session.Acknowledge(connection, kind, packetId, failed, now);
        if (match == AckMatch.OtherKind) return Reason.ProtocolError;
        // Nothing waited for it. A PUBREC wants an answer all the same, the other two are over as they are.
        var answered = match == AckMatch.Unknown && kind == AckKind.PubRec && !failed;
        if (answered) connection.SendAck(AckKind.PubRel, packetId, Reason.Success);
        return Reason.Success;
    }

    private Reason Subscribe(byte first, ReadOnlySpan<byte> body, long now, TouchList touched)
    {
        var reason = PacketGuard.CheckSubscribe(body, connection.Protocol);
        if (reason != Reason.Success) return reason;
        var input = ControlCodec.DecodeSubscribe(connection.Protocol, first, body);
        var codes = new byte[input.Filters.Count];
        var retained = new List<Subscription>(input.Filters.Count);
        for (var at = 0; at < codes.Length; at++) codes[at] = Subscribe(input, input.Filters[at], retained);
        connection.SendRaw(ControlCodec.EncodeSubAck(connection.Protocol, input.PacketId, codes));
        foreach (var subscription in retained) engine.Router.DeliverRetained(subscription, now, touched);
        touched.Add(connection);
        return Reason.Success;
    }

    private byte Subscribe(SubscribeInput input, FilterRequest wanted, List<Subscription> retained)
    {
        if (TopicFilter.StartsShared(wanted.Filter)) return Refused(Reason.SharedSubscriptionsNotSupported);
        if (!rights.MaySubscribe(wanted.Filter)) return Refused(Reason.NotAuthorized);
        var subscription = new Subscription(
            session, wanted.Filter, wanted.Qos, wanted.NoLocal, wanted.RetainAsPublished, input.Identifier);
        var kept = session.Subscribe(subscription, limits.SubscriptionsMax, out var isNew);
        if (!kept) return Refused(Reason.QuotaExceeded);
        if (wanted.RetainHandling == 0 || (wanted.RetainHandling == 1 && isNew)) retained.Add(subscription);
        return wanted.Qos;
    }

    private byte Refused(Reason reason) =>
        (byte)(connection.Protocol == Protocol.V5 ? reason : Reason.Unspecified);

    private Reason Unsubscribe(byte first, ReadOnlySpan<byte> body, TouchList touched)
    {
        var reason = PacketGuard.CheckUnsubscribe(body, connection.Protocol);
        if (reason != Reason.Success) return reason;
        var input = ControlCodec.DecodeUnsubscribe(connection.Protocol, first, body);
        var codes = input.Filters
            .Select(filter => (byte)(session.Unsubscribe(filter) ? Reason.Success : Reason.NoSubscriptionExisted))
            .ToArray();
        connection.SendRaw(ControlCodec.EncodeUnsubAck(connection.Protocol, input.PacketId, codes));
        touched.Add(connection);
        return Reason.Success;
    }

    private Reason Disconnect(ReadOnlySpan<byte> body)
    {
        var reason = PacketGuard.CheckDisconnect(body, connection.Protocol, out var code, out var newExpiry);
        if (reason != Reason.Success) return reason;
        // A session that was to end with its connection cannot be made to stay by the last word.
        if (newExpiry > 0 && expiry == 0) return Reason.ProtocolError;
        connection.Left = code == 0;
        connection.NewExpiry = newExpiry is { } seconds ? Math.Min(seconds, limits.ExpiryMaxSeconds) : null;
        connection.Close(Reason.Success);
        return Reason.Success;
    }
}
