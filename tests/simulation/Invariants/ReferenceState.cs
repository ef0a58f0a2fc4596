using MqttPay.Payments;

namespace MqttPay.Simulation.Invariants;

/// <summary>A lease as the reference model keeps it.</summary>
internal sealed class RefLease(long id, AccountId? account, long limitMinor, long since, uint spendSeconds)
{
    public long Id => id;

    public AccountId? Account => account;

    public long LimitMinor => limitMinor;

    public long Since => since;

    public long SpendSeconds => spendSeconds;

    public long SpentMinor { get; set; }

    public bool IsStopped { get; set; }
}

/// <summary>A key as the reference model keeps it.</summary>
internal sealed class RefDevice
{
    public uint Epoch { get; set; }

    public long Last { get; set; }

    public UInt128 LastDigest { get; set; }

    public int Settled { get; set; }

    public uint ConflictEpoch { get; set; }

    public long Forgotten { get; set; }
}

/// <summary>A hold, or after its end what is left to know of it.</summary>
internal sealed class RefHold(KeyId kid, Operation kind, uint payee, long endsAt)
{
    public KeyId Kid => kid;

    public Operation Kind => kind;

    public uint Payee => payee;

    public long EndsAt => endsAt;

    public bool IsOpen { get; set; } = true;

    public uint Tick { get; set; }

    public long VoucherMinor { get; set; }

    public List<(PaymentId Id, long Lease, long AmountMinor, long Since)> Parts { get; } = [];

    public long AmountMinor
    {
        get
        {
            var sum = 0L;
            foreach (var part in Parts) sum += part.AmountMinor;
            return sum;
        }
    }
}

/// <summary>A payment that may be reversed or refunded.</summary>
internal sealed class RefPaid(long lease, uint payee, long capturedMinor, long since)
{
    public long Lease => lease;

    public uint Payee => payee;

    public long CapturedMinor => capturedMinor;

    public long Since => since;

    public long RefundedMinor { get; set; }

    public bool IsReversed { get; set; }
}

/// <summary>An approval that no acknowledgement covers yet.</summary>
internal readonly record struct RefApproval(long Round, KeyId Kid, AccountId? Account, uint Payee, long AmountMinor);

/// <summary>What the reference model says a decision should have been.</summary>
internal readonly record struct Expected(DecisionCode Code, long AmountMinor, Evidence Evidence, long Lease)
{
    public static Expected No(DecisionCode code, Evidence evidence = Evidence.None) => new(code, 0, evidence, 0);
}
