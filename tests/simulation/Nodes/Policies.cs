using MqttPay.Payments;
using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Profiles;

namespace MqttPay.Simulation.Nodes;

/// <summary>
/// Makes policies: from generous ones that decide nearly all alone to strict ones that ask about everything.
/// </summary>
internal static class Policies
{
    public static Policy First(Profile profile, Draws draws) => Drawn(1, profile.PolicyMode, draws, profile.OldWire);

    public static Policy Next(CloudStore store, Draws draws) =>
        Drawn((uint)store.Policies.Count + 1, draws.Below(4), draws, oldWire: false);

    private static Policy Drawn(uint version, int mode, Draws draws, bool oldWire)
    {
        var hold = (uint)draws.Between(60, draws.Percent(50) ? 600 : 86_400);
        var generous = new Policy
        {
            Version = version,
            Currency = CloudStore.Currency,
            FloorMinor = 1_000_00,
            SoftCount = 1_000,
            HardCount = 10_000,
            SoftCumulativeMinor = 1_000_00,
            HardCumulativeMinor = 2_000_00,
            AccountDayMinor = 2_000_00,
            HoldSeconds = hold,
        };
        if (oldWire) return generous;
        var newer = generous with
        {
            CapturingPayees = draws.Percent(50) ? [World.SitePayee] : [],
            ReverseSeconds = (uint)draws.Between(10, 300),
            RefundDayMinor = draws.Between(20_00, 500_00),
            TrustedAfter = draws.Below(4),
        };
        return mode switch
        {
            0 => newer,
            1 => newer with
            {
                FloorMinor = 20_00, SoftCount = 5, HardCount = 20, SoftCumulativeMinor = 40_00,
                HardCumulativeMinor = 100_00, AccountDayMinor = 150_00, PayeeMinor = 500_00, EdgeExposureMinor = 500_00,
            },
            2 => newer with
            {
                PickKey = Key(draws), PickTargetBasisPoints = 500 + draws.Below(2_000), PickThresholdMinor = 1_00,
                PickMaximumBasisPoints = 5_000, OutlierBasisPoints = 30_000, FloorMinor = 40_00,
            },
            _ => newer with
            {
                OnlinePayees = draws.Percent(40) ? [World.SitePayee] : [], GraceSeconds = 60 + (uint)draws.Below(3_600),
                DecaySeconds = 600 + (uint)draws.Below(36_000), SoftCount = 8, HardCount = 40,
                Tiers = [new(1, 5_000, default, false, false), new(2, 8_000, default, true, false)],
            },
        };
    }

    private static byte[] Key(Draws draws)
    {
        var key = new byte[32];
        BitConverter.TryWriteBytes(key, draws.Bits());
        return key;
    }
}
