namespace MqttPay.Settlement;

/// <summary>What a break is about, which says what its three keys mean. Numbers are stored and never move.</summary>
public enum BreakSubject
{
    /// <summary>batch number, position.</summary>
    Record = 1,
    /// <summary>device, epoch, sequence of a record that somebody misses.</summary>
    Identity = 2,
    /// <summary>edge, fence, round.</summary>
    Chain = 3,
    Lease = 4,
    FileLine = 5,
}
