namespace MqttPay.Settlement;

/// <summary>
/// The one class of a record: the first that fits, in this order. Numbers are stored and never move; MP code = 7000 +
/// number.
/// </summary>
public enum Category
{
    BadSignature = 1,
    ChainFork = 2,
    ChainGap = 3,
    TotalsMismatch = 4,
    Conflict = 5,
    DuplicateBenign = 6,
    RevokedAtTime = 7,
    OverLease = 8,
    Orphan = 9,
    HoldExpiredCapture = 10,
    CurrencyMismatch = 11,
    AmountMismatch = 12,
    StatusMismatch = 13,
    MissingAtEdge = 14,
    MissingAtCloud = 15,
    Unexpected = 16,
    ClockSuspect = 17,
    MatchedLate = 18,
    InTransit = 19,
    Matched = 20,
    BankMissing = 21,
    BankFee = 22,
}
