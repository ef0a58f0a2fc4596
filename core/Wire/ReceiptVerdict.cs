namespace MqttPay.Wire;

/// <summary>
/// What a device finds when it checks a final reply, signature aside. Only <see cref="Ok"/> ends a request.
/// </summary>
public enum ReceiptVerdict
{
    Ok = 0,
    /// <summary>Another epoch or sequence than the open request's.</summary>
    WrongName = 1,
    /// <summary>The round is of another edge than the one addressed.</summary>
    WrongEdge = 2,
    /// <summary>The round is signed under another kid or algorithm than the configured edge key's.</summary>
    WrongKey = 3,
    /// <summary>The device's own digest and the decision do not lead to the signed tree.</summary>
    NotIncluded = 4,
    /// <summary>The signed round is not one; only bytes that were never parsed give this.</summary>
    Malformed = 5,
}
