using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// {1: version, 2: currency, 3: deny mask, 4: online mask, 5: default mask, 6: floor, 7: soft count, 8: hard count,
/// 9: soft sum, 10: hard sum, 11: account day, 12: payee, 13: edge exposure, 14: low water bp, 15: grace s,
/// 16: decay s, 17: decay minimum bp, 18: hold s}.
/// </summary>
public static class PolicyCodec
{
    private const int BasisPointsMax = 10_000;

    public static byte[] Encode(Policy policy) => new StrictWriter(192).Map(18)
        .Unsigned(1).Unsigned(policy.Version)
        .Unsigned(2).Unsigned(policy.Currency)
        .Unsigned(3).Unsigned((uint)policy.Masks.Deny)
        .Unsigned(4).Unsigned((uint)policy.Masks.Online)
        .Unsigned(5).Unsigned((uint)policy.Masks.Default)
        .Unsigned(6).Unsigned(policy.FloorMinor)
        .Unsigned(7).Unsigned(policy.SoftCount)
        .Unsigned(8).Unsigned(policy.HardCount)
        .Unsigned(9).Unsigned(policy.SoftCumulativeMinor)
        .Unsigned(10).Unsigned(policy.HardCumulativeMinor)
        .Unsigned(11).Unsigned(policy.AccountDayMinor)
        .Unsigned(12).Unsigned(policy.PayeeMinor)
        .Unsigned(13).Unsigned(policy.EdgeExposureMinor)
        .Unsigned(14).Unsigned(policy.LowWaterBasisPoints)
        .Unsigned(15).Unsigned(policy.GraceSeconds)
        .Unsigned(16).Unsigned(policy.DecaySeconds)
        .Unsigned(17).Unsigned(policy.DecayMinimumBasisPoints)
        .Unsigned(18).Unsigned(policy.HoldSeconds)
        .ToArray();

    public static WireError TryParse(ReadOnlySpan<byte> payload, out Policy? policy)
    {
        policy = null;
        if (payload.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(payload);
        var outer = reader.StartMap();
        var read = new Policy
        {
            Version = reader.Required(1) ? reader.U32() : 0,
            Currency = reader.Required(2) ? reader.Currency() : 0,
            Masks = new(Mask(ref reader, 3), Mask(ref reader, 4), Mask(ref reader, 5)),
            FloorMinor = Minor(ref reader, 6),
            SoftCount = Count(ref reader, 7),
            HardCount = Count(ref reader, 8),
            SoftCumulativeMinor = Minor(ref reader, 9),
            HardCumulativeMinor = Minor(ref reader, 10),
            AccountDayMinor = Minor(ref reader, 11),
            PayeeMinor = Minor(ref reader, 12),
            EdgeExposureMinor = Minor(ref reader, 13),
            LowWaterBasisPoints = BasisPoints(ref reader, 14),
            GraceSeconds = Seconds(ref reader, 15),
            DecaySeconds = Seconds(ref reader, 16),
            DecayMinimumBasisPoints = BasisPoints(ref reader, 17),
            HoldSeconds = Seconds(ref reader, 18),
        };
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        policy = read;
        return WireError.None;
    }

    private static Evidence Mask(ref StrictReader reader, int label) =>
        reader.Required(label) ? (Evidence)reader.U32OrZero() : default;

    private static long Minor(ref StrictReader reader, int label) =>
        reader.Required(label) ? (long)reader.Unsigned(0, (ulong)WireLimits.PolicyMinorMax) : 0;

    private static int Count(ref StrictReader reader, int label) =>
        reader.Required(label) ? reader.Small(0, int.MaxValue) : 0;

    private static int BasisPoints(ref StrictReader reader, int label) =>
        reader.Required(label) ? reader.Small(0, BasisPointsMax) : 0;

    private static uint Seconds(ref StrictReader reader, int label) => reader.Required(label) ? reader.U32OrZero() : 0;
}
