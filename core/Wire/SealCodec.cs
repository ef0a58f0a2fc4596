using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>The fields of a SEAL behind its kind.</summary>
internal static class SealCodec
{
    public static StrictWriter Write(StrictWriter writer, Seal seal)
    {
        writer.Unsigned(seal.FirstRound).Unsigned(seal.BusinessDate).Array(seal.Totals.Count);
        foreach (var total in seal.Totals)
            writer.Array(5).Unsigned((int)total.Operation).Unsigned(total.Currency).Unsigned((int)total.Code)
                .Unsigned(total.Count).Unsigned(total.SumMinor);
        writer.Array(seal.Leases.Count);
        foreach (var lease in seal.Leases)
            writer.Array(3).Unsigned(lease.Lease).Unsigned(lease.SpentMinor).Unsigned(lease.RemainingMinor);
        return writer.Unsigned(seal.OpenHolds).Unsigned(seal.Policy).Unsigned(seal.Deny)
            .Unsigned(seal.ElapsedSeconds).Unsigned(seal.Unix);
    }

    public static Seal Read(ref StrictReader reader) => new(
        reader.U63(), reader.U32OrZero(), ReadTotals(ref reader), ReadLeases(ref reader), reader.Small(0, int.MaxValue),
        reader.U32OrZero(), reader.U32OrZero(), reader.U63OrZero(), reader.U32OrZero());

    private static List<SealTotal> ReadTotals(ref StrictReader reader)
    {
        var totals = new List<SealTotal>();
        for (var left = reader.Array(0, WireLimits.ListMax); left > 0 && reader.Ok; left--)
        {
            reader.Array(5);
            var total = new SealTotal(
                (Operation)reader.Small((int)Operation.Sale, (int)Operation.Status),
                reader.Small(0, WireLimits.CurrencyMax), (DecisionCode)reader.Small(0, 255),
                reader.Small(1, int.MaxValue), reader.U63OrZero());
            if (totals.Count > 0 && totals[^1].CompareTo(total) >= 0) reader.Fail(WireError.LabelOrder);
            totals.Add(total);
        }
        return totals;
    }

    private static List<SealLease> ReadLeases(ref StrictReader reader)
    {
        var leases = new List<SealLease>();
        for (var left = reader.Array(0, WireLimits.ListMax); left > 0 && reader.Ok; left--)
        {
            reader.Array(3);
            var lease = new SealLease(reader.U63(), reader.U63OrZero(), reader.U63OrZero());
            if (leases.Count > 0 && leases[^1].Lease >= lease.Lease) reader.Fail(WireError.LabelOrder);
            leases.Add(lease);
        }
        return leases;
    }
}
