using System.Text.Json;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.EdgeAgent.Verbs;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.UnitTests.Core.Rounds;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Verbs;

/// <summary>
/// A journal in a folder is decided once more; one of them bears a decision that the rules do not give.
/// </summary>
public sealed class DecisionVerbTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mqttpay-replay-");
    private readonly SigningKey cloud = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private readonly SigningKey key = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private readonly StringWriter output = new();
    private readonly EdgeBench bench;
    private readonly byte[] roster;

    public DecisionVerbTests()
    {
        var devices = new[] { EdgeBench.Alice, EdgeBench.Bob }.Select((device, i) => new RosterDevice(
            device, 1, [(new AccountId(71 + (ulong)i), 978)], 0x7FE, RosterDevice.Active, new byte[16], new byte[32],
            []));
        var newer = new Roster(2, EdgeBench.Edge, 7, [7, 8], [.. devices]);
        roster = Sign(MessageKind.Roster, RosterCodec.Encode(newer));
        bench = new();
        bench.Do(
            new Input.Started("test", true, [1], 0, FreezeCause.None),
            new Input.RosterCame(newer, Hash.Of(roster)),
            new Input.PolicyCame(EdgeBench.Rules, Sign(MessageKind.Policy, PolicyCodec.Encode(EdgeBench.Rules))));
        bench.Sync();
        var grant = new Grant(
            901, EdgeBench.Edge, 1, new AccountId(71), 978, 20_00, 1_790_000_000, 86_400, 17, null);
        bench.Do(new Input.Granted(grant, Sign(MessageKind.Grant, GrantCodec.Encode(grant)), 0));
        bench.Sync();
        for (var i = 0; i < 5; i++) bench.Decide(bench.Next(EdgeBench.Alice));
        bench.Decide(bench.Next(EdgeBench.Alice, sale => sale with { AmountMinor = 90_00 }));
        bench.Decide(bench.Next(EdgeBench.Bob));
        File.WriteAllText(
            Path.Combine(folder.FullName, "edge.json"),
            JsonSerializer.Serialize(new
            {
                Edge = new
                {
                    Id = EdgeBench.Edge, CloudUrl = "http://127.0.0.1:1",
                    CloudKey = Convert.ToHexStringLower(cloud.Public.ToCoseKey()),
                },
            }));
    }

    public void Dispose()
    {
        cloud.Dispose();
        key.Dispose();
        output.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Decisions_by_the_rules_come_out_the_same()
    {
        Write(bench.Written.Select(Signed));

        Assert.Equal(ExitCode.Ok, await RunAsync());

        Assert.Contains("7 the same   0 different   0 without their roster", output.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_decision_is_found_and_named(bool json)
    {
        var last = bench.Written[^1];
        var leaf = last.Leaves.Count - 1;
        var decided = Assert.IsType<Leaf.Decided>(last.Leaves[leaf]);
        Assert.Equal(WireError.None, DecisionCodec.TryParse(decided.Decision, out var decision));
        var changed = decision! with { Evidence = decision.Evidence ^ Evidence.NewDevice };
        Leaf[] leaves = [.. last.Leaves.Take(leaf), decided with { Decision = DecisionCodec.Encode(changed) }];
        Write([.. bench.Written.SkipLast(1).Select(Signed), Signed(last, leaves)]);

        Assert.Equal(ExitCode.ChecksFailed, await RunAsync(json ? ["--json"] : []));

        Assert.Equal(WireError.None, RequestCodec.TryParse(decided.Request, out var view));
        Assert.Contains(PaymentId.Of(view.ToRequest().Name).ToString(), output.ToString());
        Assert.Contains(json ? "\"same\":6" : "6 the same   1 different", output.ToString());
    }

    [Fact]
    public async Task From_a_round_on_only_what_follows_is_compared()
    {
        Write(bench.Written.Select(Signed));

        Assert.Equal(ExitCode.Ok, await RunAsync("--from", $"{bench.Written[^1].Header.Number}"));

        Assert.Contains("1 the same   0 different", output.ToString());
    }

    [Fact]
    public async Task Without_its_roster_nobody_can_tell()
    {
        Write(bench.Written.Select(Signed));
        Directory.Delete(Path.Combine(folder.FullName, "documents"), recursive: true);

        Assert.Equal(ExitCode.Ok, await RunAsync());

        Assert.Contains("0 the same   0 different   7 without their roster", output.ToString());
    }

    [Fact]
    public async Task A_damaged_journal_is_no_success()
    {
        Write(bench.Written.Select(Signed));
        var path = Path.Combine(folder.FullName, "journal", "1", "1.seg");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[SegmentHeader.Bytes + 60] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.ChecksFailed, await RunAsync());

        Assert.Contains("MP5005", output.ToString());
    }

    [Fact]
    public async Task A_running_agents_folder_is_refused_and_a_folder_without_a_journal_fails()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync());
        Write(bench.Written.Select(Signed));
        using var held = StoreLock.Take(new RealDisk(), folder.FullName);

        Assert.Equal(ExitCode.Refused, await RunAsync());
    }

    private void Write(IEnumerable<SignedRound> rounds)
    {
        var options = new JournalOptions { SegmentSize = 1 << 20, AllowVolatile = true, Background = work => work() };
        using var journal = Journal.Open(new RealDisk(), folder.FullName, options, EdgeBench.Edge, 1);
        foreach (var round in rounds)
            journal.Append(FrameKind.Round, round.Header.Incarnation, RoundCodec.EncodeRound(round));
        new RosterFile(Path.Combine(folder.FullName, "documents"), new(cloud.Public)).Save(2, roster);
    }

    private SignedRound Signed(Round round) => new RoundSigner(key).Sign(round);

    /// <summary>The same round with other leaves, and a header that fits them.</summary>
    private SignedRound Signed(Round round, IReadOnlyList<Leaf> leaves)
    {
        var header = round.Header with { Tree = MerkleTree.Root([.. leaves.Select(Replay.HashOf)]) };
        var bytes = RoundCodec.EncodeHeader(header);
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Round, key.Public.Id, key.Public.Algorithm, bytes);
        var message = CoseSign1.Encode(key.Public.Id, key.Public.Algorithm, bytes, key.Sign(toBeSigned));
        return new(message, header, RoundCodec.RootOf(bytes), leaves, round.Attachments);
    }

    private byte[] Sign(MessageKind kind, byte[] payload)
    {
        var toBeSigned = CoseSign1.ToBeSigned(kind, cloud.Public.Id, cloud.Public.Algorithm, payload);
        return CoseSign1.Encode(cloud.Public.Id, cloud.Public.Algorithm, payload, cloud.Sign(toBeSigned));
    }

    private Task<int> RunAsync(params string[] arguments)
    {
        var line = new CommandLine("mqttpay-edge", "test");
        line.Add(DecisionVerb.Create(line.Json));
        return line.RunAsync(
            ["decision", "replay", "--data", folder.FullName, .. arguments], output, TextWriter.Null,
            TestContext.Current.CancellationToken);
    }
}
