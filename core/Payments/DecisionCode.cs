namespace MqttPay.Payments;

/// <summary>
/// How a request ended. Numbers are on the wire and in journals and never move; MP code = 2000 + number.
/// </summary>
public enum DecisionCode
{
    Approved = 0,
    Insufficient = 1,
    OverFloor = 2,
    CumulativeLimit = 3,
    CountLimit = 4,
    LeaseStale = 5,
    FloatExhausted = 6,
    DenyListed = 7,
    DeviceRevoked = 8,
    BadSignature = 9,
    ReplayConflict = 10,
    SequenceStale = 11,
    Format = 12,
    Currency = 13,
    UnknownAccount = 14,
    ReferenceNotFound = 15,
    HoldClosed = 16,
    CaptureExceeds = 17,
    EdgeFrozen = 18,
    GoOnline = 19,
    Risk = 20,
    TempError = 21,
    Cutoff = 22,
    NotPermitted = 23,
    WrongEdge = 24,
}
