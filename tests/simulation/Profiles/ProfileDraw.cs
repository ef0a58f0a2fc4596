namespace MqttPay.Simulation.Profiles;

/// <summary>Draws the figures of a named profile from a seed.</summary>
internal static class ProfileDraw
{
    public static Profile Of(ProfileName name, Draws draws, int payments)
    {
        var profile = Counts(new(name) { Payments = payments }, draws);
        return name switch
        {
            ProfileName.Smoke => profile,
            ProfileName.Swarm => Swarm(profile, draws),
            ProfileName.Disk => profile with
            {
                PowerCut = 900, Killed = 500, WriteFailed = 500, DiskFull = 150, DiskSlow = 150, BitRot = 20,
            },
            ProfileName.Net => profile with
            {
                RequestLost = 1_500, ReplyLost = 1_500, Doubled = 1_200, Delayed = 1_500, Corrupted = 300,
                ReplayedLater = 300, Resigned = 200, LinkReset = 500, OneWay = 150, UplinkDown = 900,
                CloudRequestLost = 1_500, CloudAnswerLost = 1_500, CloudAnswerLate = 800, CloudCallRepeated = 1_200,
                CloudCrash = 500, OldDocument = 600, DelayMsMax = 120_000,
            },
            ProfileName.Clock => profile with
            {
                ClockStepped = 600, ClockFrom1970 = 3_000, Rebooted = 300, Paused = 150, DriftPpmMax = 200,
                PowerCut = 200, SpendSeconds = 60 + draws.Below(1_200), UplinkDown = 600,
            },
            ProfileName.Restore => profile with
            {
                SnapshotRestored = 200, SyncLied = 100, BitRot = 60, Reclaimed = 60, PowerCut = 300,
            },
            ProfileName.Byzantine => profile with
            {
                Corrupted = 600, ReplayedLater = 600, Resigned = 800, Forged = 1_500, CloneAsks = 500, Clones = 2,
                Foreign = 600, OldDocument = 800,
                FalseRecord = draws.Percent(30) ? 3_000 : 0, Swapped = 400, WrongAck = 1_000, InventedReceipt = 500,
            },
            ProfileName.Overload => profile with
            {
                ThinkMs = 400, InboxMax = 6, Burst = 1_500, DiskSlow = 900, Delayed = 50, PowerCut = 50, Killed = 20,
            },
            ProfileName.LongOffline => profile with
            {
                Edges = Math.Min(2, profile.Edges), ThinkMs = 12 * 3_600_000, UplinkDown = 2_000,
                UplinkDownSecondsMax = 10 * 86_400, DelayMsMax = 3_600_000, ClockStepped = 30, Rebooted = 60,
            },
            ProfileName.Upgrade => profile with { OldWire = true, PowerCut = 300 },
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    private static Profile Counts(Profile profile, Draws draws) => profile with
    {
        Edges = 1 + draws.Below(4),
        DevicesPerEdge = 4 + draws.Below(12),
        Workers = 1 + draws.Below(3),
        ThinkMs = 1_000 + draws.Below(15_000),
        PolicyMode = draws.Below(4),
        FundMinor = draws.Percent(20) ? 100_00 + draws.Below(200_00) : 2_000_00 + draws.Below(3_000_00),
        LeaseMinor = 10_00 + draws.Below(150_00),
    };

    /// <summary>A random subset of all faults, each at a random strength.</summary>
    private static Profile Swarm(Profile profile, Draws draws)
    {
        int Often(int most) => draws.Percent(50) ? 0 : 1 + draws.Below(most);
        return profile with
        {
            RequestLost = Often(2_500), ReplyLost = Often(2_500), Doubled = Often(2_000), Delayed = Often(2_000),
            DelayMsMax = 1_000 + draws.Below(200_000), Corrupted = Often(500), ReplayedLater = Often(500),
            Resigned = Often(500), LinkReset = Often(500), OneWay = Often(200), UplinkDown = Often(1_500),
            UplinkDownSecondsMax = 10 + draws.Below(4_000), CloudRequestLost = Often(2_000),
            CloudAnswerLost = Often(2_000), CloudAnswerLate = Often(1_000), CloudCallRepeated = Often(1_500),
            CloudCrash = Often(800), OldDocument = Often(800), PowerCut = Often(800), Killed = Often(500),
            Rebooted = Often(200), Paused = Often(150), WriteFailed = Often(400), SyncLied = Often(30),
            DiskFull = Often(150), DiskSlow = Often(300), BitRot = Often(30), SnapshotRestored = Often(60),
            ClockStepped = Often(300), ClockFrom1970 = Often(3_000), DriftPpmMax = draws.Below(201),
            Burst = Often(300), Reclaimed = Often(30), PolicyChanged = Often(300), CloneAsks = Often(200),
            Clones = draws.Below(2), Forged = Often(500), Foreign = Often(400), GivesUp = Often(600),
            FalseRecord = 0, InboxMax = 8 + draws.Below(100),
            SpendSeconds = draws.Percent(40) ? 120 + draws.Below(3_000) : 30 * 86_400,
        };
    }
}
