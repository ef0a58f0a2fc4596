using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// {1: version, 2: currency, 3: deny mask, 4: online mask, 5: default mask, 6: floor, 7: soft count, 8: hard count,
/// 9: soft sum, 10: hard sum, 11: account day, 12: payee, 13: edge exposure, 14: low water bp, 15: grace s,
/// 16: decay s, 17: decay minimum bp, 18: hold s, ? 19: pick key, ? 20: pick target bp, ? 21: pick maximum bp,
/// ? 22: pick threshold, ? 23: [+ online payee], ? 24: [+ capturing payee], ? 25: reverse s, ? 26: trusted after,
/// ? 27: outlier bp, ? 28: refund day, ? 29: [+ [tier, factor bp, deny, online, default, attestation, score]]}.
/// A field that has its start value is absent.
/// </summary>
public static class PolicyCodec
{
    private const int BasisPointsMax = 10_000, OutlierMax = 10_000_000, TiersMax = 16, PickKeySize = 32;

    private static readonly Policy Start = new() { Version = 1, Currency = 1 };

    public static byte[] Encode(Policy policy)
    {
        var writer = new StrictWriter(256).Map(18 + Extras(policy));
        WriteLimits(writer, policy);
        WriteExtras(writer, policy);
        return writer.ToArray();
    }

    private static void WriteLimits(StrictWriter writer, Policy policy) => writer
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
        .Unsigned(18).Unsigned(policy.HoldSeconds);

    private static int Extras(Policy policy)
    {
        bool[] present =
        [
            policy.PickKey is not null, policy.PickTargetBasisPoints != 0, policy.PickMaximumBasisPoints != 0,
            policy.PickThresholdMinor != 0, policy.OnlinePayees.Count > 0, policy.CapturingPayees.Count > 0,
            policy.ReverseSeconds != Start.ReverseSeconds, policy.TrustedAfter != Start.TrustedAfter,
            policy.OutlierBasisPoints != 0, policy.RefundDayMinor != Start.RefundDayMinor, policy.Tiers.Count > 0,
        ];
        return present.Count(static one => one);
    }

    private static void WriteExtras(StrictWriter writer, Policy policy)
    {
        if (policy.PickKey is { } key) writer.Unsigned(19).Bytes(key);
        Number(20, policy.PickTargetBasisPoints, 0);
        Number(21, policy.PickMaximumBasisPoints, 0);
        Number(22, policy.PickThresholdMinor, 0);
        Payees(23, policy.OnlinePayees);
        Payees(24, policy.CapturingPayees);
        Number(25, policy.ReverseSeconds, Start.ReverseSeconds);
        Number(26, policy.TrustedAfter, Start.TrustedAfter);
        Number(27, policy.OutlierBasisPoints, 0);
        Number(28, policy.RefundDayMinor, Start.RefundDayMinor);
        if (policy.Tiers.Count == 0) return;
        writer.Unsigned(29).Array(policy.Tiers.Count);
        foreach (var tier in policy.Tiers)
        {
            writer.Array(7).Unsigned(tier.Number).Unsigned(tier.FactorBasisPoints)
                .Unsigned((uint)tier.Masks.Deny).Unsigned((uint)tier.Masks.Online).Unsigned((uint)tier.Masks.Default)
                .Boolean(tier.WantsAttestation).Boolean(tier.WantsScore);
        }

        void Number(int label, long value, long absent)
        {
            if (value != absent) writer.Unsigned(label).Unsigned(value);
        }

        void Payees(int label, IReadOnlyList<uint> payees)
        {
            if (payees.Count == 0) return;
            writer.Unsigned(label).Array(payees.Count);
            foreach (var payee in payees) writer.Unsigned(payee);
        }
    }

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
            PickKey = reader.Optional(19) ? reader.Bytes(PickKeySize).ToArray() : null,
            PickTargetBasisPoints = reader.Optional(20) ? reader.Small(1, BasisPointsMax) : 0,
            PickMaximumBasisPoints = reader.Optional(21) ? reader.Small(1, BasisPointsMax) : 0,
            PickThresholdMinor = reader.Optional(22) ? (long)reader.Unsigned(1, (ulong)WireLimits.PolicyMinorMax) : 0,
            OnlinePayees = ReadPayees(ref reader, 23),
            CapturingPayees = ReadPayees(ref reader, 24),
            ReverseSeconds = reader.Optional(25) ? reader.U32OrZero() : Start.ReverseSeconds,
            TrustedAfter = reader.Optional(26) ? reader.Small(0, int.MaxValue) : Start.TrustedAfter,
            OutlierBasisPoints = reader.Optional(27) ? reader.Small(1, OutlierMax) : 0,
            RefundDayMinor = reader.Optional(28)
                ? (long)reader.Unsigned(0, (ulong)WireLimits.PolicyMinorMax) : Start.RefundDayMinor,
            Tiers = ReadTiers(ref reader, 29),
        };
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        if (!Encode(read).AsSpan().SequenceEqual(payload)) return WireError.LabelNotAllowed;   // A start value, told.
        policy = read;
        return WireError.None;
    }

    private static uint[] ReadPayees(ref StrictReader reader, int label)
    {
        if (!reader.Optional(label)) return [];
        var payees = new List<uint>();
        for (var left = reader.Array(1, WireLimits.ListMax); left > 0 && reader.Ok; left--)
        {
            payees.Add(reader.U32());
            if (payees.Count > 1 && payees[^2] >= payees[^1]) reader.Fail(WireError.LabelOrder);
        }

        return [.. payees];
    }

    private static Tier[] ReadTiers(ref StrictReader reader, int label)
    {
        if (!reader.Optional(label)) return [];
        var tiers = new List<Tier>();
        for (var left = reader.Array(1, TiersMax); left > 0 && reader.Ok; left--)
        {
            reader.Array(7);
            tiers.Add(new(
                reader.Small(1, int.MaxValue), reader.Small(0, BasisPointsMax),
                new((Evidence)reader.U32OrZero(), (Evidence)reader.U32OrZero(), (Evidence)reader.U32OrZero()),
                reader.Boolean(), reader.Boolean()));
            if (tiers.Count > 1 && tiers[^2].Number >= tiers[^1].Number) reader.Fail(WireError.LabelOrder);
        }

        return [.. tiers];
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
