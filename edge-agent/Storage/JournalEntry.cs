using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>A durable frame as read back.</summary>
internal sealed record JournalEntry(long Lsn, FrameKind Kind, uint Incarnation, byte[] Payload);
