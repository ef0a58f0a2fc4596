using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Settlement.Bench;

namespace MqttPay.UnitTests.Core.Settlement;

public sealed class ReconcilerPropertyTests
{
    private const int Records = 120;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    /// <summary>Whatever an edge writes, in whatever order: one category each, balanced, and nobody is
    /// overdrawn.</summary>
    [Theory, MemberData(nameof(Seeds))]
    public void Every_record_has_one_category_and_the_books_balance(int seed)
    {
        var items = Anything(seed);

        var batch = Run(Usual.With(Granted with { Lease = 22 }), items);

        var decided =
            items.Select((item, position) => (item, position)).Where(each => each.item is JournalItem.Decided).ToList();
        Assert.All(decided, each => Assert.True(Enum.IsDefined(batch.CategoryAt(each.position))));
        Assert.Equal(decided.Count, batch.Payments.Count + batch.Declines.Count + batch.Rejects.Count);
        Assert.Equal(batch.Payments.Count, batch.Payments.DistinctBy(row => row.Name).Count());

        var moves = Postings.ByAccount(batch);
        Assert.Equal(0, moves.Values.Sum(move => move.BalanceMinor));
        foreach (var lease in (long[])[LeaseId, FloatLease, 22])
        {
            var move = moves.GetValueOrDefault(lease);
            Assert.InRange(100_00 + move.BalanceMinor - move.HeldMinor, 0, long.MaxValue);
            Assert.InRange(move.HeldMinor, 0, long.MaxValue);
        }

        // What is held on the accounts is what is open on the parts.
        Assert.Equal(batch.Holds.Sum(part => part.OpenMinor), batch.HeldMoves.Sum(move => move.DeltaMinor));
        Assert.Equal(
            batch.Breaks.Count(each => each.Subject is BreakSubject.Record),
            batch.Breaks.Where(each => each.Subject is BreakSubject.Record)
                .DistinctBy(each => (each.Key1, each.Key2)).Count());
        Assert.Equal(
            batch.Transfers.Count, batch.Transfers.DistinctBy(row => (row.Kind, row.Cause, row.CauseNo)).Count());
    }

    /// <summary>The same batch against its own result changes nothing more: all of it is known.</summary>
    [Theory, MemberData(nameof(Seeds))]
    public void A_second_run_over_what_is_known_moves_no_money(int seed)
    {
        var items =
            Anything(seed).OfType<JournalItem.Decided>().Where(item => item.Decision.Approved).ToArray<JournalItem>();
        var first = Run(Usual, items);
        var known = new Dictionary<LedgerName, KnownRecord>();
        foreach (var row in first.Payments)
            known[row.Name] = new(5, row.Position, ((JournalItem.Decided)items[row.Position]).Digest, true);

        var again = Run(Usual with { Known = known }, [.. first.Payments.Select(row => items[row.Position])]);

        Assert.Empty(again.Payments);
        Assert.All(again.Rejects, row => Assert.Equal(Category.DuplicateBenign, row.Category));
        Assert.Empty(Postings.ByAccount(again));
    }

    private static JournalItem[] Anything(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Records)
            .Select(JournalItem (_) => random.Next(12) is 0 ? AnyEvent(random) : AnyDecision(random))];
    }

    private static JournalItem.Happened AnyEvent(Random random) => random.Next(5) switch
    {
        0 => Event(new RoundEvent.LeaseStop(AnyLease(random), 1)),
        1 => Event(new RoundEvent.DenyOn((uint)random.Next(1, 5))),
        2 => Event(new RoundEvent.LeaseOn(AnyLease(random), 1)),
        3 => Event(new RoundEvent.Conflict([1], [2]), random.Next(2) is 0 ? null : Coffee.Name),
        _ => AnyHoldEnd(random),
    };

    private static JournalItem.Happened AnyHoldEnd(Random random)
    {
        var name = Coffee.Name with { Sequence = random.Next(1, 40) };
        return Event(
            new RoundEvent.HoldEnd(name.Kid, name.Epoch, name.Sequence, random.Next(2) is 0, random.Next(0, 20_00)),
            name);
    }

    private static JournalItem.Decided AnyDecision(Random random)
    {
        var operation = (Operation)random.Next(1, 11);
        var request = Coffee with
        {
            Operation = operation,
            Kid = random.Next(4) is 0 ? Counter.Kid : Phone.Kid,
            Sequence = random.Next(1, 40),
            AmountMinor = random.Next(0, 20_00),
            Currency = random.Next(10) is 0 ? Dollar : Euro,
            Flags = random.Next(3) is 0 ? RequestFlags.Confirm : RequestFlags.None,
            ReferenceSequence = random.Next(2) is 0 ? random.Next(1, 40) : null,
            ReferenceId = random.Next(2) is 0 ? PaymentId.Of(Coffee.Name with { Sequence = random.Next(1, 40) }) : null,
        };
        var item = random.Next(8) is 0 ? Declined(request) : Approved(request, AnyLease(random));
        if (random.Next(10) is 0) item = item with { Genuine = false };
        return random.Next(10) is 0 ? Approved(request, AnyLease(random), random.Next(0, 30_00)) : item;
    }

    private static long AnyLease(Random random) => random.Next(5) switch
    {
        0 => FloatLease,
        1 => 22,
        2 => 99,
        _ => LeaseId,
    };
}
