namespace MqttPay.Rounds;

/// <summary>What stands where a frame would start.</summary>
public enum FrameCheck
{
    /// <summary>A whole frame with a matching checksum.</summary>
    Good = 1,

    /// <summary>Nothing was written from here on.</summary>
    Zeros = 2,

    /// <summary>Bytes that are no frame of this segment.</summary>
    Bad = 3,
}
