using System.Collections.Concurrent;
using System.Text;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>
/// Control packets by MQTTnet's formatters, to and from the machine's own types. Only frames that the guard let through
/// are decoded here: the formatters accept much that the standard forbids.
/// </summary>
internal static class ControlCodec
{
    private const int BufferSize = 256;
    private const int BufferMax = 4096;
    private const int LegacyFlagsAt = 9;

    private static readonly ConcurrentBag<MqttPacketFormatterAdapter>[] Pools = [new(), new(), new()];

    public static ConnectInput DecodeConnect(ReadOnlySpan<byte> body, byte first, in ConnectView view)
    {
        var copy = body.ToArray();
        // MQTT 3.1 has no reserved bit there, the formatter thinks that it has. The bit is behind name and level.
        if (view.Protocol == Protocol.V31) copy[LegacyFlagsAt] &= 0xFE;
        var packet = (MqttConnectPacket)Decode(view.Protocol, (byte)(first & 0xF0), copy);
        var newest = view.Protocol == Protocol.V5;
        return new(view.Protocol, packet.ClientId ?? "", packet.CleanSession, packet.KeepAlivePeriod)
        {
            User = packet.Username,
            Password = packet.Password ?? [],
            // Without clean session a 3.1.1 session lasts as long as the role allows.
            SessionExpiry = newest ? view.Properties.SessionExpiry ?? 0 : packet.CleanSession ? 0 : uint.MaxValue,
            ReceiveMax = view.Properties.ReceiveMax,
            PacketMax = view.Properties.PacketMax,
            Will = packet.WillFlag ? MakeWill(packet, body[view.WillProperties], view) : null,
        };
    }

    public static SubscribeInput DecodeSubscribe(Protocol protocol, byte first, ReadOnlySpan<byte> body)
    {
        var packet = (MqttSubscribePacket)Decode(protocol, first, body);
        return new(packet.PacketIdentifier, packet.SubscriptionIdentifier,
        [
            .. packet.TopicFilters.Select(filter => new FilterRequest(
                Encoding.UTF8.GetBytes(filter.Topic), (byte)filter.QualityOfServiceLevel, filter.NoLocal,
                filter.RetainAsPublished, (byte)filter.RetainHandling)),
        ]);
    }

    public static UnsubscribeInput DecodeUnsubscribe(Protocol protocol, byte first, ReadOnlySpan<byte> body)
    {
        var packet = (MqttUnsubscribePacket)Decode(protocol, first, body);
        return new(packet.PacketIdentifier, [.. packet.TopicFilters.Select(Encoding.UTF8.GetBytes)]);
    }

    /// <summary>
    /// The one place that makes a CONNACK. MQTTnet writes a 3.1.1 CONNACK from the return code alone, and one that is
    /// new announces that nothing is available, so everything is set here. Null: this version has no word for the
    /// reason.
    /// </summary>
    public static byte[]? EncodeConnAck(Protocol protocol, ConnAckOutput answer)
    {
        if (protocol != Protocol.V5 && ReturnCode(answer.Reason) is null) return null;
        return Encode(protocol, new MqttConnAckPacket
        {
            IsSessionPresent = answer.SessionPresent,
            ReasonCode = (MqttConnectReasonCode)answer.Reason,
            ReturnCode = ReturnCode(answer.Reason) ?? MqttConnectReturnCode.ConnectionRefusedServerUnavailable,
            RetainAvailable = true,
            MaximumQoS = MqttQualityOfServiceLevel.ExactlyOnce,
            WildcardSubscriptionAvailable = true,
            SubscriptionIdentifiersAvailable = true,
            SharedSubscriptionAvailable = false,
            AssignedClientIdentifier = answer.AssignedClientId,
            ReceiveMaximum = answer.ReceiveMax,
            MaximumPacketSize = answer.PacketMax,
            TopicAliasMaximum = answer.AliasMax,
            ServerKeepAlive = answer.ServerKeepAlive ?? 0,
            SessionExpiryInterval = answer.SessionExpiry ?? 0,
        });
    }

    public static byte[] EncodeSubAck(Protocol protocol, ushort packetId, byte[] codes) =>
        Encode(protocol, new MqttSubAckPacket
        {
            PacketIdentifier = packetId,
            ReasonCodes = [.. codes.Select(code => (MqttSubscribeReasonCode)code)],
        });

    public static byte[] EncodeUnsubAck(Protocol protocol, ushort packetId, byte[] codes) =>
        Encode(protocol, new MqttUnsubAckPacket
        {
            PacketIdentifier = packetId,
            ReasonCodes = [.. codes.Select(code => (MqttUnsubscribeReasonCode)code)],
        });

    public static byte[] EncodeDisconnect(Reason reason) =>
        Encode(Protocol.V5, new MqttDisconnectPacket { ReasonCode = (MqttDisconnectReasonCode)reason });

    private static MqttConnectReturnCode? ReturnCode(Reason reason) => reason switch
    {
        Reason.Success => MqttConnectReturnCode.ConnectionAccepted,
        Reason.UnsupportedProtocol => MqttConnectReturnCode.ConnectionRefusedUnacceptableProtocolVersion,
        Reason.ClientIdNotValid => MqttConnectReturnCode.ConnectionRefusedIdentifierRejected,
        Reason.ServerBusy or Reason.ConnectionRateExceeded or Reason.QuotaExceeded =>
            MqttConnectReturnCode.ConnectionRefusedServerUnavailable,
        Reason.BadUserNameOrPassword => MqttConnectReturnCode.ConnectionRefusedBadUsernameOrPassword,
        Reason.NotAuthorized => MqttConnectReturnCode.ConnectionRefusedNotAuthorized,
        _ => null,
    };

    /// <summary>
    /// The will's properties stay the sender's bytes: nothing is lost by decoding and writing them again.
    /// </summary>
    private static Will MakeWill(MqttConnectPacket packet, ReadOnlySpan<byte> bytes, in ConnectView view)
    {
        var properties = new byte[bytes.Length];
        var length = PropertyGuard.CopyForwarded(bytes, properties);
        return new(
            Encoding.UTF8.GetBytes(packet.WillTopic), properties[..length], packet.WillMessage ?? [],
            (byte)packet.WillQoS, packet.WillRetain, view.WillDelay, view.WillExpiry);
    }

    private static MqttPacket Decode(Protocol protocol, byte first, ReadOnlySpan<byte> body)
    {
        var adapter = Rent(protocol);
        var packet = adapter.Decode(new ReceivedMqttPacket(first, new(body.ToArray()), body.Length + 2));
        Return(protocol, adapter);
        return packet;
    }

    private static byte[] Encode(Protocol protocol, MqttPacket packet)
    {
        var adapter = Rent(protocol);
        var bytes = adapter.Encode(packet).Packet.ToArray();
        adapter.Cleanup();
        Return(protocol, adapter);
        return bytes;
    }

    private static MqttPacketFormatterAdapter Rent(Protocol protocol) =>
        Pools[protocol - Protocol.V31].TryTake(out var adapter)
            ? adapter
            : new(Version(protocol), new MqttBufferWriter(BufferSize, BufferMax));

    private static void Return(Protocol protocol, MqttPacketFormatterAdapter adapter) =>
        Pools[protocol - Protocol.V31].Add(adapter);

    private static MqttProtocolVersion Version(Protocol protocol) => protocol switch
    {
        Protocol.V31 => MqttProtocolVersion.V310,
        Protocol.V311 => MqttProtocolVersion.V311,
        Protocol.V5 => MqttProtocolVersion.V500,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };
}
