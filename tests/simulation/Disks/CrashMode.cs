namespace MqttPay.Simulation.Disks;

/// <summary>What a crash leaves of writes that were not synced.</summary>
internal enum CrashMode
{
    /// <summary>The process dies: everything written is still seen, and nothing more is durable.</summary>
    Kill,

    /// <summary>Power is cut: only what was synced.</summary>
    Strict,

    /// <summary>Strict, and a random prefix of the rest in the order it was written.</summary>
    Prefix,

    /// <summary>Prefix, and of the write after it the bytes up to a random one.</summary>
    Torn,

    /// <summary>Strict, and of the rest each page with three chances in four.</summary>
    Reorder,
}
