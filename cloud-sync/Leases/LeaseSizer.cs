using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Leases;

/// <summary>How large a lease should be, before anybody looks at what the payer has.</summary>
internal static class LeaseSizer
{
    /// <summary>
    /// As large as the gateway's terms allow. What it wants is the most that it gets; but where a payment waits that no
    /// lease here can pay, that is the least, or each payment would need a lease of its own.
    /// </summary>
    /// <param name="spent">The payer's days at this edge, newest first, for a rule that learns from them.</param>
    public static long SizeOf(LeaseAsk ask, LeaseTerms terms, IReadOnlyList<SpentDay> spent)
    {
        var largest = ask.Account is null ? terms.FloatMinor : terms.LeaseMinor;
        var waits = (ask.Evidence & (Evidence.LeaseShort | Evidence.NoLease)) != 0;
        return waits ? largest : Math.Min(ask.WantedMinor, largest);
    }
}
