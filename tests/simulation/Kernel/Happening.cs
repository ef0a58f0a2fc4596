namespace MqttPay.Simulation.Kernel;

/// <summary>What an entry of the agenda is; the trace counts it by number.</summary>
internal enum Happening
{
    DeviceAsks = 1,
    DeviceRepeats,
    ToEdge,
    ToDevice,
    EdgeTurn,
    Verified,
    DiskDone,
    EdgeSyncs,
    ToCloud,
    CloudCommits,
    FromCloud,
    CloudTimeout,
    AskTimeout,
    EdgeRestarts,
    EdgeWakes,
    Plan,
    Heal,
    Look,
}
