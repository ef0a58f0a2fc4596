using Microsoft.Extensions.Logging.Abstractions;
using MqttPay.EdgeAgent.Cache;
using MqttPay.EdgeAgent.Storage;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.LiteDb;

/// <summary>The cache on real files, with rounds enough for LiteDB to checkpoint and to reuse its space.</summary>
public sealed class CacheFileTests : IDisposable
{
    private const uint Edge = 40213;
    private const int PerRound = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mqttpay-cache-");
    private readonly CountingDisk disk = new();
    private readonly Journal journal;
    private readonly CacheIdentity identity = new(Edge, 1, Guid.NewGuid());
    private long sequence;

    public CacheFileTests() =>
        journal = Journal.Open(new RealDisk(), folder.FullName, new() { AllowVolatile = true }, Edge, 1);

    public void Dispose()
    {
        journal.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Twenty_thousand_decisions_cost_at_most_1000_bytes_each()
    {
        Append(rounds: 100);

        using (var cache = Follow()) Assert.Equal(journal.EndLsn, cache.AppliedLsn);

        Assert.InRange(disk.Written / (100 * PerRound), 1, 1_000);
    }

    [Fact]
    public void It_goes_on_after_a_clean_close_and_holds_what_the_journal_holds()
    {
        Append(rounds: 10);
        Follow().Dispose();
        var pair = State.Pair;

        Append(rounds: 10);
        using var cache = Follow();

        Assert.Equal(pair, State.Pair);
        AssertHoldsTheJournal(cache);
    }

    [Fact]
    public void Deleted_files_are_made_again()
    {
        Append(rounds: 10);
        Follow().Dispose();
        Directory.Delete(Path.Combine(folder.FullName, "cache"), recursive: true);

        using var cache = Follow();

        AssertHoldsTheJournal(cache);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Files_copied_while_it_writes_are_repaired_or_made_again(int part)
    {
        Append(rounds: 40);
        var copy = Directory.CreateTempSubdirectory("mqttpay-image-");
        using (var cache = Begin(folder.FullName, disk))
        {
            Until(() => cache.AppliedLsn >= part * 10);
            CopyCache(copy.FullName);
            Until(() => cache.AppliedLsn == journal.EndLsn);
        }

        using (var image = Begin(copy.FullName, new RealDisk()))
        {
            Until(() => image.AppliedLsn == journal.EndLsn && image.State is ProjectionState.Following);
            AssertHoldsTheJournal(image);
        }

        copy.Delete(recursive: true);
    }

    private CacheState State => new CacheFiles(new RealDisk(), folder.FullName).ReadState()!;

    private void CopyCache(string target)
    {
        Directory.CreateDirectory(Path.Combine(target, "cache"));
        foreach (var file in Directory.GetFiles(Path.Combine(folder.FullName, "cache")))
            File.Copy(file, Path.Combine(target, "cache", Path.GetFileName(file)));
    }

    private Projection Follow()
    {
        var cache = Begin(folder.FullName, disk);
        Until(() => cache.State is ProjectionState.Following && cache.AppliedLsn == journal.EndLsn);
        return cache;
    }

    private Projection Begin(string data, IDisk on)
    {
        var cache = new Projection(
            journal, on, data, identity, new(), standings: null, TimeProvider.System, NullLogger.Instance);
        cache.Start();
        return cache;
    }

    private static void Until(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), "it did not happen within two minutes");

    private void AssertHoldsTheJournal(Projection cache)
    {
        for (var lsn = journal.FirstLsn; lsn <= journal.EndLsn; lsn++)
        {
            var entry = new JournalEntry(lsn, FrameKind.Round, 1, journal.ReadPayload(lsn)!);
            Assert.Equal(
                JournalRows.Of(entry).Decisions.Reverse(), cache.Decisions(lsn, lsn, Projection.QueryMax)!);
        }
    }

    private void Append(int rounds)
    {
        for (; rounds > 0; rounds--)
        {
            var leaves = Enumerable.Range(0, PerRound).Select(_ => Sale()).ToArray();
            var header = new RoundHeader(Edge, 1, 1, journal.EndLsn + 1, PerRound, default, default, 1_790_000_000);
            var payload = RoundCodec.EncodeHeader(header);
            var message = CoseSign1.Encode(new(9), SignatureAlgorithm.EdDsa, payload, new byte[64]);
            journal.Append(
                FrameKind.Round, 1,
                RoundCodec.EncodeRound(new(message, header, RoundCodec.RootOf(payload), leaves, [])));
        }
    }

    private Leaf.Decided Sale()
    {
        var request = new PaymentRequest
        {
            Operation = Operation.Sale,
            Kid = new((ulong)(sequence % 1_000) + 1),
            Epoch = 1,
            Sequence = ++sequence,
            Edge = Edge,
            AmountMinor = 1 + (sequence % 500),
            Currency = 978,
        };
        var decision = new Decision(
            1, request.Sequence, DecisionCode.Approved, request.AmountMinor, Evidence.None, 901, 0, 17);
        byte[] signature = [.. Enumerable.Repeat((byte)1, 64)];
        var message = CoseSign1.Encode(
            request.Kid, SignatureAlgorithm.Es256, RequestCodec.EncodePayload(request), signature);
        return new(message, DecisionCodec.Encode(decision));
    }
}
