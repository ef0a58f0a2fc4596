namespace MqttPay.Payments;

/// <summary>
/// What is true of a request when it is decided, as in the terminal verification results of EMV Book 3.
/// Bits are on the wire, in journals and in policies, and never move. Bits 27 to 31 are zero.
/// </summary>
[Flags]
public enum Evidence : uint
{
    None = 0,
    /// <summary>The account's approvals here in the last 60 minutes and this one exceed the floor.</summary>
    OverFloor = 1u << 0,
    SoftCount = 1u << 1,
    HardCount = 1u << 2,
    SoftCumulative = 1u << 3,
    HardCumulative = 1u << 4,
    /// <summary>What remains after this one is below the lease's low-water mark.</summary>
    LeaseLow = 1u << 5,
    /// <summary>The payer has no lease here; the operator's float would pay.</summary>
    NoLease = 1u << 6,
    LeaseStale = 1u << 7,
    DenyStale = 1u << 8,
    RandomPick = 1u << 9,
    NewDevice = 1u << 10,
    /// <summary>seq &gt; last + 1: normal for a device that roams.</summary>
    SequenceGap = 1u << 11,
    /// <summary>seq = last + 1, but the previous digest differs: two devices hold one key.</summary>
    PreviousMismatch = 1u << 12,
    ClockSuspect = 1u << 13,
    MacOnly = 1u << 14,
    AttestationMissing = 1u << 15,
    ScoreHigh = 1u << 16,
    ScoreMid = 1u << 17,
    ScoreMissing = 1u << 18,
    NewAccountHere = 1u << 19,
    AmountOutlier = 1u << 20,
    EdgeRestartedOffline = 1u << 21,
    PayeeForcedOnline = 1u << 22,
    /// <summary>The amount is more than the lease has left.</summary>
    LeaseShort = 1u << 23,
    AskedOk = 1u << 24,
    AskedFailed = 1u << 25,
    SiteCap = 1u << 26,
}
