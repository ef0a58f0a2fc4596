using System.Diagnostics.Metrics;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>What was refused without a decision, by reason: as metrics, and as numbers for <c>status</c>.</summary>
internal sealed class EdgeCounters : IDisposable
{
    private readonly Meter meter = new("MqttPay");
    private readonly Counter<long> refusedTotal;
    private readonly Counter<long> hintsTotal;
    private readonly Counter<long> repeatsTotal;
    private readonly Counter<long> limitsTotal;
    private readonly long[] refused = new long[32];
    private readonly long[] hinted = new long[32];
    private readonly long[] declined = new long[32];
    private long repeated;

    public EdgeCounters()
    {
        refusedTotal = meter.CreateCounter<long>("mqttpay_wire_refused_total");
        hintsTotal = meter.CreateCounter<long>("mqttpay_hints_total");
        repeatsTotal = meter.CreateCounter<long>("mqttpay_device_repeats_total");
        limitsTotal = meter.CreateCounter<long>("mqttpay_limit_declines_total");
    }

    public long Repeats => Interlocked.Read(ref repeated);

    /// <summary>Messages refused by the wire's rules, by error; only those that happened.</summary>
    public IReadOnlyDictionary<WireError, long> RefusedByError => Snapshot<WireError>(refused);

    /// <summary>Hints by code; only those that happened.</summary>
    public IReadOnlyDictionary<DecisionCode, long> HintsByCode => Snapshot<DecisionCode>(hinted);

    /// <summary>Declines by a limit since the start, by code; only those that happened.</summary>
    public IReadOnlyDictionary<DecisionCode, long> LimitsByCode => Snapshot<DecisionCode>(declined);

    /// <summary>A limit declined.</summary>
    public void Declined(DecisionCode code)
    {
        Interlocked.Increment(ref declined[(int)code]);
        limitsTotal.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));
    }

    public void Refused(WireError error)
    {
        Interlocked.Increment(ref refused[(int)error]);
        refusedTotal.Add(1, new KeyValuePair<string, object?>("reason", error.ToString()));
    }

    public void Hinted(DecisionCode code)
    {
        Interlocked.Increment(ref hinted[(int)code]);
        hintsTotal.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));
    }

    public void Repeated()
    {
        Interlocked.Increment(ref repeated);
        repeatsTotal.Add(1);
    }

    public void Dispose() => meter.Dispose();

    private static Dictionary<T, long> Snapshot<T>(long[] counts)
        where T : struct, Enum
    {
        var result = new Dictionary<T, long>();
        for (var i = 0; i < counts.Length; i++)
            if (Interlocked.Read(ref counts[i]) is > 0 and var count) result[(T)Enum.ToObject(typeof(T), i)] = count;
        return result;
    }
}
