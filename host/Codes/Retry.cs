namespace MqttPay.Host.Codes;

/// <summary>What whoever got the code may try next.</summary>
public enum Retry
{
    /// <summary>There is nothing to repeat.</summary>
    NotApplicable = 0,
    Never = 1,
    /// <summary>The same bytes again: the name stays open.</summary>
    SameBytes = 2,
    /// <summary>A new request under a new name.</summary>
    NewRequest = 3,
    /// <summary>The same wish again, after a while.</summary>
    Later = 4,
}
