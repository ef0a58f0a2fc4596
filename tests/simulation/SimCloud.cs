using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;

namespace MqttPay.Simulation;

/// <summary>
/// The cloud over tables in memory: the production chain and reconciler decide, this only keeps what they say.
/// </summary>
internal sealed class SimCloud
{
    private const long EdgeLoss = 1, Suspense = 2, SitePayee = 3, FirstPayer = 1_000, FirstLease = 1_000_000;
    private readonly SortedDictionary<long, long> balances = [];
    private readonly Dictionary<AccountId, long> payers = [];
    private readonly SortedDictionary<long, LeaseStanding> leases = [];
    private readonly SortedDictionary<long, Grant> offered = [];
    private readonly Dictionary<LedgerName, KnownRecord> known = [];
    private readonly Dictionary<LedgerName, IReadOnlyList<HoldPart>> holds = [];
    private readonly Dictionary<KeyId, DeviceStanding> devices = [];
    private readonly Dictionary<uint, List<Hash>> chains = [];
    private long batches;

    /// <summary>How often each payment was posted; more than once is a fault.</summary>
    public Dictionary<(KeyId Kid, long Sequence), (int Times, long PaidMinor, long HeldMinor)> Posted { get; } = [];

    public SortedDictionary<Category, int> Categories { get; } = [];

    public int Records { get; private set; }

    public long SumMinor => balances.Values.Sum();

    public long LowestPayerMinor => payers.Values.Min(payer => balances[payer]);

    public static byte[] Signed(byte[] payload) =>
        CoseSign1.Encode(new(9), SignatureAlgorithm.Es256, payload, [.. Enumerable.Repeat((byte)1, 64)]);

    public void Fund(SimDevice device, long amountMinor)
    {
        var payer = FirstPayer + payers.Count;
        payers[device.Account] = payer;
        balances[payer] = amountMinor;
        balances[0] = balances.GetValueOrDefault(0) - amountMinor;   // The bank's side.
        devices[device.Key.Id] = new(
            payer, device.Key.Id, payer, device.Account, World.Currency, device.Enrolled.OperationMask, null, null);
    }

    /// <summary>Moves funds into a lease before the edge may spend them; never more than there is.</summary>
    public void Grant(uint edge, AccountId account, long wantedMinor, long since)
    {
        var payer = payers[account];
        var amount = Math.Min(wantedMinor, balances[payer]);
        if (amount <= 0 || offered.Values.Any(grant => grant.Edge == edge && grant.Account == account)) return;
        var lease = FirstLease + leases.Count + 1;
        Move(payer, lease, amount);
        leases[lease] = new(lease, edge, payer, false, World.Currency, LeaseState.Offered, 0, amount, 0, 0, null);
        offered[lease] = new(lease, edge, 1, account, World.Currency, amount, (uint)since, 30 * 86_400, 1, null);
    }

    public IEnumerable<Grant> Offered(uint edge) => offered.Values.Where(grant => grant.Edge == edge);

    /// <summary>Takes a run of rounds. Returns the newest round that is held: what an acknowledgement says.</summary>
    public long Ingest(uint edge, IReadOnlyList<SignedRound> rounds)
    {
        if (!chains.TryGetValue(edge, out var chain)) chains[edge] = chain = [];
        var run = new ChainRun(
            rounds[0].Header.Number, rounds[0].Header.PreviousRoot, [.. rounds.Select(round => round.Root)]);
        var head = new ChainHead(chain.Count + 1, chain.Count == 0 ? default : chain[^1]);
        var held = run.Last <= chain.Count ? chain[(int)run.Last - 1] : (Hash?)null;
        var step = Chain.Place(head, run, held);
        if (step is ChainStep.Fork) throw new InvariantException("I14: two histories of one edge");
        if (step is ChainStep.Append) Post(edge, rounds);
        if (step is ChainStep.Overlap(var from)) Post(edge, [.. rounds.Where(round => round.Header.Number >= from)]);
        return chain.Count;
    }

    private void Post(uint edge, IReadOnlyList<SignedRound> rounds)
    {
        var books = new Books
        {
            BatchNo = ++batches,
            Edge = edge,
            ReceivedUnix = rounds[^1].Header.Unix,
            SitePayee = 7,
            Devices = devices,
            Leases = leases.Where(
                lease => lease.Value.Edge == edge && lease.Value.State is not LeaseState.Closed).ToDictionary(),
            Known = known,
            Holds = holds,
            Payees = new Dictionary<(uint, int), long> { [(7, World.Currency)] = SitePayee },
            Currencies = new Dictionary<int, CurrencyBook> { [World.Currency] = new(EdgeLoss, Suspense) },
        };
        Keep(Reconciler.Reconcile(books, SimBatch.ItemsOf(rounds)));
        chains[edge].AddRange(rounds.Select(round => round.Root));
    }

    private void Keep(Reconciled result)
    {
        foreach (var row in result.Payments) Keep(row);
        foreach (var row in result.Declines) Count(row.Category);
        foreach (var row in result.Rejects) Count(row.Category);
        foreach (var transfer in result.Transfers) Move(transfer.Debit, transfer.Credit, transfer.AmountMinor);
        foreach (var part in result.Holds) holds[part.Auth] = [part];
        foreach (var lease in result.Leases)
        {
            leases[lease.Lease] = leases[lease.Lease] with { State = lease.State, ClosedRound = lease.ClosedRound };
            if (lease.State is not LeaseState.Offered) offered.Remove(lease.Lease);
        }

        foreach (var move in result.HeldMoves)
            leases[move.Account] =
                leases[move.Account] with { HeldMinor = leases[move.Account].HeldMinor + move.DeltaMinor };
        foreach (var id in leases.Keys.ToArray()) leases[id] = leases[id] with { BalanceMinor = balances[id] };
    }

    private void Keep(PaymentRow row)
    {
        Count(row.Category);
        known[row.Name] = new(batches, row.Position, SimBatch.DigestOf(row.Message), true);
        Move(row.Source, row.Target, row.PaidMinor);
        Invariant.Holds(RequestCodec.TryParse(row.Message, out var view) is WireError.None);
        var key = (view.Kid, view.Sequence);
        var times = Posted.TryGetValue(key, out var before) ? before.Times + 1 : 1;
        Posted[key] = (times, row.PaidMinor, row.HeldMinor ?? 0);
    }

    private void Count(Category category)
    {
        Records++;
        Categories[category] = Categories.GetValueOrDefault(category) + 1;
    }

    private void Move(long debit, long credit, long amountMinor)
    {
        balances[debit] = balances.GetValueOrDefault(debit) - amountMinor;
        balances[credit] = balances.GetValueOrDefault(credit) + amountMinor;
    }
}
