using MqttPay.FirmwareSim;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>Visits of several requests, one arrival after the other.</summary>
public sealed class MixTests
{
    private static readonly KeyId Kid = new(0x0123456789abcdef);

    [Fact]
    public void Words_are_visits_in_their_order_and_may_stand_twice() =>
        Assert.Equal(
            ["Sale", "Sale", "Voucher"], (Mix.Parse("sale, sale,Voucher") ?? []).Select(visit => visit.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("sale,")]
    [InlineData("capture")]
    [InlineData("1")]
    public void Other_words_are_no_mix(string words) => Assert.Null(Mix.Parse(words));

    [Theory]
    [InlineData("sale,partial,void,reverse", false)]
    [InlineData("sale,auth", true)]
    [InlineData("confirm", true)]
    [InlineData("voucher", true)]
    [InlineData("refund", true)]
    public void Only_visits_that_the_payee_ends_need_its_device(string words, bool needs) =>
        Assert.Equal(needs, Mix.NeedsPayee(Mix.Parse(words)!));

    [Fact]
    public void Arrivals_take_turns_through_the_words()
    {
        var mix = new Mix(Mix.Parse("sale,partial")!, []);

        var wishes = Enumerable.Range(0, 3).Select(number => mix.Next(Kid, new(), null, new(number, 0, 150))).ToList();

        Assert.Equal([Wish.Sale(150), Wish.SaleOrLess(150), Wish.Sale(150)], wishes);
    }

    [Fact]
    public void A_void_follows_an_auth_that_is_held_and_a_new_visit_one_that_is_not()
    {
        var mix = new Mix(Mix.Parse("void")!, []);
        var first = mix.Next(Kid, new() { LastSequence = 8 }, null, new(0, 0, 150));

        var second = mix.Next(Kid, Holding(sequence: 9, minor: 150), null, new(1, 0, 70));
        var third = mix.Next(Kid, new() { LastSequence = 10 }, null, new(2, 0, 70));
        var fourth = mix.Next(Kid, new() { LastSequence = 11 }, null, new(3, 0, 80));

        Assert.Equal([Wish.Auth(150), Wish.VoidOfHeld, Wish.Auth(70), Wish.Auth(80)], [first, second, third, fourth]);
    }

    [Fact]
    public void A_session_claims_ever_more_of_what_is_held()
    {
        var mix = new Mix(Mix.Parse("voucher")!, []);
        mix.Next(Kid, new() { LastSequence = 8 }, null, new(0, 0, 400));

        var claims = Enumerable.Range(1, 3)
            .Select(number => mix.Next(Kid, Holding(sequence: 9, minor: 400), null, new(number, 0, 70))).ToList();

        Assert.Equal([Wish.Voucher(100), Wish.Voucher(200), Wish.Voucher(300)], claims);
    }

    [Fact]
    public void A_sale_is_reversed_only_when_it_was_approved()
    {
        var mix = new Mix(Mix.Parse("reverse")!, []);
        mix.Next(Kid, new() { LastSequence = 8 }, null, new(0, 0, 150));
        var approved = mix.Next(Kid, new() { LastSequence = 9 }, Ended(9, DecisionCode.Approved), new(1, 0, 70));
        mix.Next(Kid, new() { LastSequence = 10 }, null, new(2, 0, 70));

        var declined = mix.Next(Kid, new() { LastSequence = 11 }, Ended(11, DecisionCode.Insufficient), new(3, 0, 80));

        Assert.Equal(Wish.Reverse(9), approved);
        Assert.Equal(Wish.Sale(80), declined);
    }

    private static DeviceState Holding(long sequence, long minor) =>
        new() { Epoch = 1, LastSequence = sequence, Held = new(sequence, ByAuth: true, minor) };

    private static DeviceEffect.Finished Ended(long sequence, DecisionCode code) =>
        new(new(Kid, 1, sequence), Operation.Sale, code, 150);
}
