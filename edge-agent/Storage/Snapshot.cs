namespace MqttPay.EdgeAgent.Storage;

/// <summary>The tables after a frame, as bytes whose meaning is the caller's.</summary>
internal sealed record Snapshot(long Lsn, byte[] Body);
