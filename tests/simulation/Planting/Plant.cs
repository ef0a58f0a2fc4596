using MqttPay.Simulation.Profiles;

namespace MqttPay.Simulation.Planting;

/// <summary>A planted bug, with the seed that catches it.</summary>
/// <param name="Bugs">The bug, and with it the other layer that would mask it.</param>
/// <param name="Named">The invariants of which one has to name it.</param>
internal sealed record Plant(string Name, ProfileName Profile, ulong Seed, string[] Named, params Bug[] Bugs)
{
    public string Id => string.Join('+', Bugs);
}
