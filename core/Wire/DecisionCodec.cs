using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// A decision: {1: epoch, 2: seq, 3: code, ? 4: amount, ? 5: evidence, ? 6: lease, ? 7: hold-s, 8: policy}.
/// </summary>
public static class DecisionCodec
{
    public static byte[] Encode(Decision decision)
    {
        var count = 4 + One(decision.AmountMinor) + One((long)decision.Evidence) + One(decision.Lease)
            + One(decision.HoldSeconds);
        var writer = new StrictWriter(64).Map(count)
            .Unsigned(1).Unsigned(decision.Epoch)
            .Unsigned(2).Unsigned(decision.Sequence)
            .Unsigned(3).Unsigned((int)decision.Code);
        if (decision.AmountMinor != 0) writer.Unsigned(4).Unsigned(decision.AmountMinor);
        if (decision.Evidence != 0) writer.Unsigned(5).Unsigned((uint)decision.Evidence);
        if (decision.Lease != 0) writer.Unsigned(6).Unsigned(decision.Lease);
        if (decision.HoldSeconds != 0) writer.Unsigned(7).Unsigned(decision.HoldSeconds);
        return writer.Unsigned(8).Unsigned(decision.Policy).ToArray();
    }

    public static WireError TryParse(ReadOnlySpan<byte> bytes, out Decision? decision)
    {
        decision = null;
        if (bytes.IsEmpty) return WireError.Empty;
        if (bytes.Length > WireLimits.DecisionMax) return WireError.TooLong;
        var reader = new StrictReader(bytes);
        var outer = reader.StartMap();
        var epoch = reader.Required(1) ? reader.U32() : 0;
        var sequence = reader.Required(2) ? reader.U63() : 0;
        var code = reader.Required(3) ? reader.Small(0, 255) : 0;
        var amount = reader.Optional(4) ? reader.Amount(1) : 0;
        var evidence = reader.Optional(5) ? reader.U32() : 0;
        var lease = reader.Optional(6) ? reader.U63() : 0;
        var hold = reader.Optional(7) ? reader.U32() : 0;
        var policy = reader.Required(8) ? reader.U32() : 0;
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        decision = new(epoch, sequence, (DecisionCode)code, amount, (Evidence)evidence, lease, hold, policy);
        return WireError.None;
    }

    private static int One(long value) => value != 0 ? 1 : 0;
}
