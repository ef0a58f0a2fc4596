using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.Core.Payments;

public sealed class LeaseSizingTests
{
    private static readonly SizingTerms Plain = new()
    {
        OutageDays = 1, QuantileBasisPoints = 8_500, ReserveBasisPoints = 10_000, NewcomerMinor = 10_00,
        ShareBasisPoints = 10_000, LargestMinor = 200_00,
    };

    private static readonly LeaseNeed Need = new(
        WantedMinor: 20_00, PaymentMinor: 0, RemainingMinor: 0, RunsOut: false, AvailableMinor: 100_00);

    /// <summary>28 days, the newest last, of which the newest ones have spending.</summary>
    private static long[] Paid(int days, long each) =>
        [.. new long[LeaseSizing.HistoryDays - days], .. Enumerable.Repeat(each, days)];

    /// <summary>85 % of 28 days are 23.8, so the 24th smallest day counts: the fifth largest.</summary>
    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 3_00)]
    [InlineData(28, 3_00)]
    public void A_lease_waits_for_those_who_come_on_five_days_of_28(int days, long wanted) =>
        Assert.Equal(wanted, LeaseSizing.WantedMinor(Paid(days, 3_00), LeaseSizing.HistoryDays, Plain));

    [Fact]
    public void The_reserve_multiplies_what_is_usual() =>
        Assert.Equal(
            3_33 * 15_000 / 10_000,
            LeaseSizing.WantedMinor(Paid(9, 3_33), 28, Plain with { ReserveBasisPoints = 15_000 }));

    [Theory]
    [InlineData(0, 10_00)]
    [InlineData(27, 10_00)]
    [InlineData(28, 0)]
    public void A_newcomer_gets_the_minimum_until_its_28th_day_is_over(int knownDays, long wanted) =>
        Assert.Equal(wanted, LeaseSizing.WantedMinor(new long[Math.Min(28, knownDays)], knownDays, Plain));

    [Fact]
    public void A_newcomer_who_spends_more_than_the_minimum_gets_more() =>
        Assert.Equal(12_00, LeaseSizing.WantedMinor([12_00, 12_00], 2, Plain));

    [Fact]
    public void No_history_at_all_is_a_newcomer() => Assert.Equal(10_00, LeaseSizing.WantedMinor([], 0, Plain));

    [Theory]
    [InlineData(199_99, 199_99)]
    [InlineData(200_00, 200_00)]
    [InlineData(200_01, 200_00)]
    public void No_lease_is_larger_than_the_terms_allow(long each, long wanted) =>
        Assert.Equal(wanted, LeaseSizing.WantedMinor(Paid(28, each), 28, Plain));

    [Fact]
    public void The_newcomers_minimum_is_bounded_too() =>
        Assert.Equal(5_00, LeaseSizing.WantedMinor([], 0, Plain with { LargestMinor = 5_00 }));

    [Fact]
    public void Stretches_of_an_outage_overlap()
    {
        long[] days = [1_00, 2_00, 4_00, 8_00];
        Assert.Equal(12_00, LeaseSizing.Quantile(days, 2, 10_000));   // 3, 6, 12
        Assert.Equal(6_00, LeaseSizing.Quantile(days, 2, 6_666));
        Assert.Equal(12_00, LeaseSizing.Quantile(days, 2, 6_667));
        Assert.Equal(3_00, LeaseSizing.Quantile(days, 2, 0));
    }

    [Fact]
    public void A_history_shorter_than_the_outage_is_one_stretch() =>
        Assert.Equal(3_00, LeaseSizing.Quantile([1_00, 2_00], 7, 9_500));

    [Fact]
    public void More_days_than_the_history_or_no_stretch_is_a_bug()
    {
        Assert.Throws<InvariantException>(() => LeaseSizing.Quantile(new long[29], 1, 9_500));
        Assert.Throws<InvariantException>(() => LeaseSizing.Quantile(new long[28], 0, 9_500));
        Assert.Throws<InvariantException>(() => LeaseSizing.Quantile(new long[28], 1, 10_001));
    }

    [Theory]
    [InlineData(20_00, 20_00)]
    [InlineData(19_99, 19_99)]
    [InlineData(0, 0)]
    public void A_grant_is_what_is_wanted_or_what_there_is(long available, long granted) =>
        Assert.Equal(granted, LeaseSizing.GrantMinor(Need with { AvailableMinor = available }, Plain));

    [Fact]
    public void Nothing_wanted_and_no_payment_waiting_is_no_lease() =>
        Assert.Equal(0, LeaseSizing.GrantMinor(Need with { WantedMinor = 0, RemainingMinor = 5_00 }, Plain));

    [Theory]
    [InlineData(7_00, 7_00)]
    [InlineData(6_99, 0)]
    public void A_top_up_holds_at_least_what_the_old_lease_had_left(long available, long granted) =>
        Assert.Equal(granted, LeaseSizing.GrantMinor(
            Need with { RemainingMinor = 7_00, AvailableMinor = available }, Plain));

    [Fact]
    public void A_rest_above_what_is_wanted_is_kept() =>
        Assert.Equal(30_00, LeaseSizing.GrantMinor(Need with { RemainingMinor = 30_00 }, Plain));

    [Fact]
    public void When_time_runs_out_less_is_better_than_nothing()
    {
        var last = Need with { RemainingMinor = 30_00, RunsOut = true };
        Assert.Equal(20_00, LeaseSizing.GrantMinor(last, Plain));
        Assert.Equal(1, LeaseSizing.GrantMinor(last with { AvailableMinor = 1 }, Plain));
    }

    [Theory]
    [InlineData(25_00, 25_00)]
    [InlineData(24_99, 0)]
    public void A_payment_that_waits_gets_all_it_needs_or_nothing(long available, long granted) =>
        Assert.Equal(granted, LeaseSizing.GrantMinor(
            Need with { PaymentMinor = 25_00, AvailableMinor = available }, Plain));

    [Fact]
    public void A_payment_above_the_largest_lease_gets_none() =>
        Assert.Equal(0, LeaseSizing.GrantMinor(
            Need with { PaymentMinor = 200_01, AvailableMinor = 999_99 }, Plain));

    /// <summary>The old lease's rest comes back to the payer, so it counts for the share.</summary>
    [Theory]
    [InlineData(30_00, 0, 15_00)]
    [InlineData(30_00, 5_00, 17_50)]
    [InlineData(100_00, 0, 20_00)]
    public void In_the_background_a_lease_takes_a_share_of_what_is_free(long available, long remaining, long granted) =>
        Assert.Equal(granted, LeaseSizing.GrantMinor(
            Need with { AvailableMinor = available, RemainingMinor = remaining },
            Plain with { ShareBasisPoints = 5_000 }));

    [Fact]
    public void A_payment_that_waits_may_take_more_than_the_share() =>
        Assert.Equal(18_00, LeaseSizing.GrantMinor(
            Need with { AvailableMinor = 20_00, PaymentMinor = 18_00 }, Plain with { ShareBasisPoints = 5_000 }));

    [Fact]
    public void The_largest_balances_do_not_overflow()
    {
        var all = long.MaxValue / 4;
        var terms = Plain with { ShareBasisPoints = 5_000, LargestMinor = Money.MinorMax };
        Assert.Equal(
            Money.MinorMax, LeaseSizing.GrantMinor(new(Money.MinorMax, 0, Money.MinorMax, false, all), terms));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void No_grant_is_more_than_available_or_less_than_what_it_replaces(int seed)
    {
        var state = (ulong)seed;
        long Draw(long end)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            return (long)(state >> 33) % end;
        }

        for (var turn = 0; turn < 20_000; turn++)
        {
            var need = new LeaseNeed(Draw(300), Draw(4) == 0 ? Draw(300) : 0, Draw(200), Draw(4) == 0, Draw(400));
            var terms = Plain with { ShareBasisPoints = (int)Draw(10_001), LargestMinor = 1 + Draw(250) };
            var size = LeaseSizing.GrantMinor(need, terms);
            Assert.InRange(size, 0, Math.Min(need.AvailableMinor, terms.LargestMinor));
            if (size == 0) continue;
            Assert.True(size >= need.PaymentMinor, $"{need}");
            Assert.True(need.RunsOut || size >= need.RemainingMinor, $"{need}");
        }
    }
}
