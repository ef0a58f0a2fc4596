namespace MqttPay.Wire;

/// <summary>
/// Why bytes are not a message of ours. Numbers are on the wire and in logs and never move; MP code = 3000 + number.
/// </summary>
public enum WireError
{
    None = 0,
    Empty = 1,
    TooLong = 2,
    Truncated = 3,
    TrailingBytes = 4,
    /// <summary>Not tagged 18.</summary>
    NotSign1 = 5,
    EnvelopeShape = 6,
    UnprotectedNotEmpty = 7,
    ProtectedShape = 8,
    Algorithm = 9,
    KidSize = 10,
    /// <summary>The payload is nil, text, empty or anything else but a byte string.</summary>
    PayloadNotBstr = 11,
    NotShortestForm = 12,
    IndefiniteLength = 13,
    /// <summary>Labels do not ascend, or one comes twice.</summary>
    LabelOrder = 14,
    UnknownLabel = 15,
    MissingLabel = 16,
    /// <summary>The operation has no such field, or both references are given.</summary>
    LabelNotAllowed = 17,
    WrongType = 18,
    OutOfRange = 19,
    WrongSize = 20,
    UnknownOp = 21,
    SignatureSize = 22,
    /// <summary>r or s is not in 1 to n-1 (ES256), or S is not below L (Ed25519).</summary>
    SignatureValue = 23,
    TopicMismatch = 24,
    UnknownKid = 25,
    SignatureInvalid = 26,
    /// <summary>Additional information 28 to 30, which no CBOR has.</summary>
    ReservedInfo = 27,
}
