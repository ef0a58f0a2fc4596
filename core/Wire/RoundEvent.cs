using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// What happened at an edge besides decisions. The kinds' numbers are in <see cref="EventCodec"/> and never move.
/// </summary>
public abstract record RoundEvent
{
    private protected RoundEvent() { }

    /// <summary>The agent started: a new incarnation.</summary>
    /// <param name="Clean">Whether it had been stopped in order.</param>
    /// <param name="BootId">
    /// Names the machine's start, so that a restart of the machine is told from one of the agent.
    /// </param>
    /// <param name="ElapsedSeconds">Time that certainly passed, by the agent's own account.</param>
    public sealed record Start(string Version, bool Clean, byte[] BootId, long BootSeconds, long ElapsedSeconds)
        : RoundEvent
    {
        public bool Equals(Start? other) => other is not null && Version == other.Version && Clean == other.Clean
            && BootId.AsSpan().SequenceEqual(other.BootId)
            && BootSeconds == other.BootSeconds && ElapsedSeconds == other.ElapsedSeconds;

        public override int GetHashCode() => HashCode.Combine(Version, Clean, BootSeconds, ElapsedSeconds);
    }

    /// <summary>A lease can be spent from now on.</summary>
    /// <param name="SinceSeconds">The elapsed seconds at which it came.</param>
    public sealed record LeaseOn(long Lease, long SinceSeconds) : RoundEvent;

    /// <summary>Nothing more is taken from a lease; what is open on it may still end.</summary>
    public sealed record LeaseStop(long Lease, int Reason) : RoundEvent;

    public sealed record LeaseClose(long Lease, long SpentMinor, long RemainingMinor) : RoundEvent;

    /// <summary>A hold ran out of time: given back, or captured by its last voucher.</summary>
    public sealed record HoldEnd(KeyId Kid, uint Epoch, long Sequence, bool Captured, long AmountMinor) : RoundEvent;

    /// <summary>The newest voucher of a session, once per round.</summary>
    public sealed record VoucherKept(byte[] Message) : RoundEvent
    {
        public bool Equals(VoucherKept? other) => other is not null && Message.AsSpan().SequenceEqual(other.Message);

        public override int GetHashCode() => Message.Length;
    }

    /// <summary>Two signed requests of one name: proof that two devices hold one key.</summary>
    public sealed record Conflict(byte[] First, byte[] Second) : RoundEvent
    {
        public bool Equals(Conflict? other) => other is not null
            && First.AsSpan().SequenceEqual(other.First) && Second.AsSpan().SequenceEqual(other.Second);

        public override int GetHashCode() => HashCode.Combine(First.Length, Second.Length);
    }

    public sealed record PolicyOn(uint Version) : RoundEvent;

    public sealed record DenyOn(uint Version) : RoundEvent;

    /// <summary>Nothing more is decided here until the cloud gives a new fence.</summary>
    public sealed record Frozen(int Cause, LastReceipt? Receipt) : RoundEvent;

    /// <summary>A list of devices took effect: who may ask what is decided by it from here on.</summary>
    /// <param name="Payee">The site's default payee from here on.</param>
    /// <param name="Digest">SHA-256 of the signed message, which is too large for the journal.</param>
    public sealed record RosterOn(uint Version, uint Payee, Hash Digest) : RoundEvent;

    /// <summary>What the edge knows of time.</summary>
    public sealed record Clock(long ElapsedSeconds, uint Unix, int Source) : RoundEvent;
}
