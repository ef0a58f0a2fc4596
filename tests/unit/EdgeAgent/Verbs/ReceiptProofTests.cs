using System.Text.Json;
using MqttPay.EdgeAgent.Http;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Verbs;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.UnitTests.Core.Rounds;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Verbs;

public sealed class ReceiptProofTests : IDisposable
{
    private readonly SigningKey key = SigningKey.Create(SignatureAlgorithm.Es256);
    private readonly SigningKey other = SigningKey.Create(SignatureAlgorithm.Es256);
    private readonly PaymentReport report;

    public ReceiptProofTests()
    {
        var bench = EdgeBench.Ready();
        var request = bench.Next(EdgeBench.Alice);
        bench.Decide(request);
        var round = new RoundSigner(key).Sign(bench.Written[^1]);
        var leaf = round.Leaves.Index().First(each => each.Item is Leaf.Decided).Index;
        var decided = (Leaf.Decided)round.Leaves[leaf];
        var path = MerkleTree.Path([.. round.Leaves.Select(Replay.HashOf)], leaf);
        report = new(
            PaymentId.Of(request.Name).ToString(), request.Kid.ToString(), 1, request.Sequence, "sale", "approved",
            1_50,
            1_50, 978, 901, "None", 17, EdgeBench.Edge, round.Header.Number, leaf, 0, false,
            Convert.ToHexStringLower(decided.Request),
            Convert.ToHexStringLower(ReplyCodec.EncodeFinal(decided.Decision, leaf, path, round.Message, 1)));
    }

    public void Dispose()
    {
        key.Dispose();
        other.Dispose();
    }

    [Fact]
    public void A_true_receipt_is_valid() => Assert.Null(ReceiptProof.Fault(report, key.Public));

    [Fact]
    public void A_receipt_of_another_edges_key_is_not_valid() =>
        Assert.Equal("the receipt: wrong_key", ReceiptProof.Fault(report, other.Public));

    [Fact]
    public void What_the_report_adds_to_its_bytes_is_compared_with_them()
    {
        Assert.NotNull(ReceiptProof.Fault(report with { AmountMinor = 2_50 }, key.Public));
        Assert.NotNull(ReceiptProof.Fault(report with { Code = "insufficient" }, key.Public));
        Assert.NotNull(ReceiptProof.Fault(report with { PaymentId = new string('0', 32) }, key.Public));
    }

    [Fact]
    public void Every_changed_byte_of_the_signed_round_is_found()
    {
        var bytes = Convert.FromHexString(report.Reply!);
        for (var i = 0; i < bytes.Length - 10; i++)   // The last ten carry the witness, which is the cloud's to check.
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            Assert.NotNull(ReceiptProof.Fault(report with { Reply = Convert.ToHexStringLower(changed) }, key.Public));
        }
    }

    [Fact]
    public void A_report_without_its_bytes_proves_nothing()
    {
        Assert.NotNull(ReceiptProof.Fault(report with { Reply = null }, key.Public));
        Assert.NotNull(ReceiptProof.Fault(report with { Request = "zz" }, key.Public));
    }

    [Theory]
    [InlineData(false, ExitCode.Ok)]
    [InlineData(true, ExitCode.ChecksFailed)]
    public async Task The_verb_needs_a_file_and_a_key_and_nothing_else(bool wrongKey, int expected)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(report, AgentJson.Options), TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        var line = new CommandLine("mqttpay-edge", "test");
        foreach (var verb in AskVerbs.Create(line.Json)) line.Add(verb);
        var edgeKey = Convert.ToHexStringLower((wrongKey ? other : key).Public.ToCoseKey());

        var code = await line.RunAsync(
            ["pay", "verify", file, "--key", edgeKey], output, output, TestContext.Current.CancellationToken);

        File.Delete(file);
        Assert.Equal(expected, code);
        Assert.StartsWith(wrongKey ? "INVALID" : "valid", output.ToString());
    }
}
