using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Signatures;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>What a device must not believe.</summary>
public sealed class DeviceDoubtTests
{
    [Fact]
    public void A_reply_to_another_sequence_is_ignored()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        Refuses(bench, bench.Final(request, decision => decision with { Sequence = 2 }), ReplyProblem.WrongName);
    }

    [Fact]
    public void A_reply_to_another_epoch_is_ignored()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        Refuses(bench, bench.Final(request, decision => decision with { Epoch = 2 }), ReplyProblem.WrongName);
    }

    [Fact]
    public void A_reply_of_another_edge_is_ignored()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        Refuses(bench, bench.Final(request, decision => decision, edge: 1), ReplyProblem.WrongEdge);
    }

    [Fact]
    public void A_proof_over_another_request_is_ignored()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        Refuses(
            bench, bench.Final(request, decision => decision, digest: own => own with { Low = own.Low ^ 1 }),
            ReplyProblem.NotIncluded);
    }

    [Fact]
    public void A_round_that_somebody_else_signed_is_ignored()
    {
        using var bench = new Bench().Ready();
        using var stranger = SigningKey.Create(SignatureAlgorithm.Es256);
        var request = bench.AskSale();

        Refuses(bench, bench.Final(request, decision => decision, by: stranger), ReplyProblem.BadSignature);
    }

    [Fact]
    public void No_single_changed_byte_of_a_good_reply_is_accepted()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();
        var good = bench.Approve(request);
        const int Witness = 8;   // Not signed: only edge and cloud check it.

        for (var i = 0; i < good.Length - Witness; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 1;
            var effects = bench.Step(new DeviceInput.ReplyArrived(bad));
            Assert.IsType<DeviceEffect.Ignored>(Assert.Single(effects));
        }

        Assert.Contains(bench.Step(new DeviceInput.ReplyArrived(good)), effect => effect is DeviceEffect.Dispense);
    }

    [Fact]
    public void A_second_copy_of_a_reply_dispenses_nothing()
    {
        using var bench = new Bench().Ready();
        var reply = bench.Approve(bench.AskSale());
        bench.Step(new DeviceInput.ReplyArrived(reply));

        Refuses(bench, reply, ReplyProblem.NothingOpen);
    }

    [Fact]
    public void A_configuration_by_another_key_is_ignored()
    {
        using var bench = new Bench();
        using var stranger = SigningKey.Create(SignatureAlgorithm.EdDsa);

        RefusesConfig(bench, bench.Config(by: stranger), ReplyProblem.BadSignature);
    }

    [Fact]
    public void A_configuration_under_the_clouds_name_but_another_key_is_ignored()
    {
        using var bench = new Bench();
        var message = bench.Config();
        message[^1] ^= 1;

        RefusesConfig(bench, message, ReplyProblem.BadSignature);
    }

    [Fact]
    public void A_configuration_for_another_device_is_ignored()
    {
        using var bench = new Bench();

        RefusesConfig(bench, bench.Config(kid: new(1)), ReplyProblem.ForAnother);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_configuration_that_is_not_newer_is_ignored(long version)
    {
        using var bench = new Bench().Ready();
        bench.Step(new DeviceInput.ConfigArrived(bench.Config(version: 2)));

        RefusesConfig(bench, bench.Config(version: version), ReplyProblem.OldVersion);
    }

    [Fact]
    public void A_reboot_keeps_the_configuration_and_its_version()
    {
        using var bench = new Bench().Ready();

        bench.Reboot();

        RefusesConfig(bench, bench.Config(version: 1), ReplyProblem.OldVersion);
    }

    private static void RefusesConfig(Bench bench, byte[] config, ReplyProblem problem) =>
        Assert.Equal(
            new DeviceEffect.Ignored(problem), Assert.Single(bench.Step(new DeviceInput.ConfigArrived(config))));

    private static void Refuses(Bench bench, byte[] reply, ReplyProblem problem)
    {
        var before = bench.Machine.State;
        Assert.Equal(
            new DeviceEffect.Ignored(problem), Assert.Single(bench.Step(new DeviceInput.ReplyArrived(reply))));
        Assert.Same(before, bench.Machine.State);
    }
}
