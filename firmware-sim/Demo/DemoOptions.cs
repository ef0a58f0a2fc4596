namespace MqttPay.FirmwareSim.Demo;

internal enum Sabotage
{
    None,
    /// <summary>While the edge is down, the newest part of its journal is deleted.</summary>
    LoseJournal,
    /// <summary>A payment is booked a second time behind the product's back.</summary>
    DoublePost,
}

/// <summary>What the <c>demo</c> verb was asked for.</summary>
/// <param name="Seconds">How long the story may take without start and check; the phases share it.</param>
/// <param name="Mosquitto">The devices and the edge meet at a Mosquitto instead of the edge's own broker.</param>
/// <param name="Stay">Keep everything running after the verdict.</param>
internal sealed record DemoOptions(
    int Devices, int Seconds, int Seed, string? JsonFile, bool Mosquitto, Sabotage Sabotage, bool Stay)
{
    /// <summary>What an account is funded with.</summary>
    public const long FundMinor = 20_00;

    /// <summary>The most that an edge may hold of one account.</summary>
    public const long LeaseMinor = 8_00;

    public const uint Edge = 40_213;

    public const uint Payee = 7;

    public const int Currency = 978;

    /// <summary>Approvals without a cloud that the story is not complete without: 1,000 for 200 devices.</summary>
    public int OfflineGoal => 5 * Devices;
}
