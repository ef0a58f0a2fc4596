namespace MqttPay.Simulation.Planting;

/// <summary>
/// Whether a planted bug was caught, by which invariant, and whether the same seed passes without it.
/// </summary>
internal sealed record Finding(
    string Bug, string Name, bool Caught, string Invariant, ulong Seed, string Profile, double Seconds,
        bool PassesWithout,
    bool Pinned, string Violation);
