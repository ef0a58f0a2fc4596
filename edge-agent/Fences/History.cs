using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Fences;

/// <summary>
/// All that an edge has written, fence after fence, with the cloud's orders in between: read into a book, and readable
/// afterwards. Only the newest fence's journal is written to; damage in an older one is behind us, since the cloud has
/// ordered to go on from what it has.
/// </summary>
internal sealed class History : IDisposable
{
    private const uint FirstFence = 1;

    private readonly IDisk disk;
    private readonly string data;
    private readonly JournalReplay replay;
    private readonly Dictionary<uint, Journal> journals = [];
    private readonly List<LostRun> lost = [];

    private History(IDisk disk, string data, EdgeBook book, JournalReplay replay, RoundIndex index) =>
        (this.disk, this.data, Book, this.replay, Index) = (disk, data, book, replay, index);

    public EdgeBook Book { get; }

    public RoundIndex Index { get; }

    /// <summary>The journal of the fence in force.</summary>
    public Journal Journal => journals[Book.Fence];

    /// <summary>What of earlier fences the cloud may lack, oldest first.</summary>
    public IReadOnlyList<LostRun> Lost => lost;

    /// <summary>Why a fence's journal could not be read to its end, or null.</summary>
    public string? Damage => Journal.Verdict is JournalVerdict.Damaged damaged
        ? $"{damaged.File} at {damaged.Offset}: {damaged.What}"
        : null;

    /// <param name="options">How the newest journal is kept; null: nothing is written, and nobody may write.</param>
    /// <param name="take">What is done with each round; null: it is applied to the book.</param>
    public static History Recover(
        IDisk disk, string data, JournalOptions? options, uint edge, CloudDocuments documents,
        EdgeBook? book = null, Func<SignedRound, int, string?>? take = null)
    {
        book ??= new(edge, FirstFence);
        var index = new RoundIndex();
        var history = new History(disk, data, book, new(book, index, documents, take), index);
        try
        {
            history.Run(options, new FenceOrders(disk, data, edge, documents).Load(settle: options is not null));
            return history;
        }
        catch
        {
            history.Dispose();
            throw;
        }
    }

    /// <summary>Whether one of these keys signed the newest round, and with it all that it follows from.</summary>
    public bool LastIsSignedBy(IEnumerable<PublicKey> keys) => replay.LastIsSignedBy(keys);

    /// <summary>A durable frame of any fence; null when it cannot be read.</summary>
    public byte[]? ReadPayload(uint fence, long lsn) => journals.GetValueOrDefault(fence)?.ReadPayload(lsn);

    public void Dispose()
    {
        foreach (var journal in journals.Values) journal.Dispose();
    }

    private void Run(JournalOptions? options, IReadOnlyList<Ack> orders)
    {
        Index.Begin(FirstFence, after: 0);
        foreach (var order in orders)
        {
            var oldest = Book.Head + 1;
            if (Journal.OpenPast(disk, data, Book.Edge, Book.Fence, replay.Check) is { } past)
                journals[Book.Fence] = past;
            NoteLost(oldest, order);
            Index.Begin(order.Fence, order.Round);
            replay.BeginFence();
            var complaint = Replay.Refence(Book, order);
            Invariant.Holds(complaint is null);
        }

        journals[Book.Fence] = options is null
            ? Journal.OpenPast(disk, data, Book.Edge, Book.Fence, replay.Check)
                ?? throw new JournalFailedException($"{data} holds no journal of fence {Book.Fence}")
            : Journal.Open(disk, data, options, Book.Edge, Book.Fence, ProofOf(Book.Fence), replay.Check);
    }

    /// <summary>A root commits to all before it: where ours is the cloud's, it has everything up to there.</summary>
    private void NoteLost(long oldest, Ack order)
    {
        var isShared = Book.RootStart(order.Round) is { } start && start == (uint)(order.Root.High >> 96);
        var first = Math.Max(oldest, isShared ? order.Round + 1 : Book.Watermark + 1);
        if (first <= Book.Head) lost.Add(new(Book.Fence, order.Fence, oldest, first, Book.Head));
    }

    /// <summary>A cache that was closed in order says how far the journal was durable.</summary>
    private JournalProof ProofOf(uint fence)
    {
        var state = new Cache.CacheFiles(disk, data).ReadState();
        return state is { Closed: true } && state.Identity.Edge == Book.Edge && state.Identity.Fence == fence
            ? new(ExpectedLsn: state.AppliedLsn)
            : default;
    }
}
