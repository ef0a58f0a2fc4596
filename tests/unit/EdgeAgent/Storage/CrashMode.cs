namespace MqttPay.UnitTests.EdgeAgent.Storage;

/// <summary>What a crash leaves of writes that were not synced.</summary>
public enum CrashMode
{
    /// <summary>The process dies: everything written is still seen, and nothing more is durable.</summary>
    Kill = 1,

    /// <summary>Power is cut: only what was synced.</summary>
    Strict = 2,

    /// <summary>Strict and, per file and folder, a random prefix of the rest in the order it was written.</summary>
    Prefix = 3,

    /// <summary>Prefix, and of the write after it the bytes up to a random one.</summary>
    Torn = 4,

    /// <summary>Strict and of the rest each page with three chances in four.</summary>
    Reorder = 5,
}
