namespace MqttPay.Rounds;

/// <summary>What one step of a scan found.</summary>
public enum ScanStep
{
    /// <summary>The expected frame.</summary>
    Frame = 1,

    /// <summary>Nothing was written from here on.</summary>
    Zeros = 2,

    /// <summary>No frame of this segment: a torn end, or damage.</summary>
    Bad = 3,

    /// <summary>A whole frame of this segment that does not belong here: always damage.</summary>
    Misplaced = 4,

    /// <summary>A whole frame with a kind or flag of a newer version, which alone may judge it.</summary>
    Newer = 5,
}
