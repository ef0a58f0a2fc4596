namespace MqttPay.Simulation.Profiles;

/// <summary>What kind of trouble a world is about.</summary>
internal enum ProfileName
{
    Smoke,
    Swarm,
    Disk,
    Net,
    Clock,
    Restore,
    Byzantine,
    Overload,
    LongOffline,
    Upgrade,
}
