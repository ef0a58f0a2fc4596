using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Simulation.Clocks;
using MqttPay.Simulation.Invariants;
using MqttPay.Simulation.Kernel;
using MqttPay.Simulation.Profiles;
using MqttPay.Wire;

namespace MqttPay.Simulation.Clouds;

/// <summary>
/// The cloud's database as tables in memory. Each public method that changes something is one serializable transaction.
/// </summary>
internal sealed partial class CloudStore
{
    public const int Currency = 978;

    private readonly Agenda agenda;
    private readonly Violations violations;
    private readonly Profile profile;
    private readonly SortedDictionary<long, LeaseStanding> leases = [];
    private readonly Dictionary<long, LeaseTerms> terms = [];
    private readonly Dictionary<(uint Edge, uint Fence, uint Incarnation, uint Number), long> asks = [];
    private readonly Dictionary<AccountId, long> payers = [];
    private readonly Dictionary<KeyId, DeviceStanding> devices = [];
    private readonly SortedDictionary<uint, EdgeRow> edges = [];
    private readonly Dictionary<(uint Payee, int Currency), long> payees = [];
    private readonly SortedDictionary<KeyId, uint> denied = [];
    private readonly List<(Policy Policy, byte[] Message)> policies = [];
    private readonly List<(DenyList List, byte[] Message)> denyLists = [];
    private readonly long bank;
    private readonly long edgeLoss;
    private readonly long suspense;
    private readonly long floatFunds;
    private readonly long debt;
    private long deviceNumbers;

    public CloudStore(Agenda agenda, Violations violations, Profile profile)
    {
        (this.agenda, this.violations, this.profile) = (agenda, violations, profile);
        Ledger = new(violations);
        bank = Ledger.Open(AccountKind.Bank);
        edgeLoss = Ledger.Open(AccountKind.EdgeLoss);
        suspense = Ledger.Open(AccountKind.Suspense);
        floatFunds = Ledger.Open(AccountKind.FloatFunds);
        debt = Ledger.Open(AccountKind.PayerDebt);
        Ledger.Move(TransferKind.Fund, bank, floatFunds, 1_000_000_00);
    }

    public Ledger Ledger { get; }

    public IEnumerable<EdgeRow> Edges => edges.Values;

    public IReadOnlyDictionary<long, LeaseStanding> Leases => leases;

    public IReadOnlyList<(Policy Policy, byte[] Message)> Policies => policies;

    public IReadOnlyList<(DenyList List, byte[] Message)> DenyLists => denyLists;

    public EdgeRow Edge(uint edge) => edges[edge];

    public void AddEdge(uint edge, uint payee)
    {
        edges[edge] = new(edge);
        if (!payees.ContainsKey((payee, Currency))) payees[(payee, Currency)] = Ledger.Open(AccountKind.Payee);
    }

    /// <summary>A payer's device, or with account 0 a payee's.</summary>
    public void Enrol(KeyId kid, AccountId account, int operationMask, long fundMinor, long creditMinor, uint payee)
    {
        var payer = 0L;
        if (account.Value != 0 && !payers.TryGetValue(account, out payer))
        {
            payer = Ledger.Open(AccountKind.Payer, -creditMinor);
            payers[account] = payer;
            Ledger.Move(TransferKind.Fund, bank, payer, fundMinor);
        }

        devices[kid] = new(++deviceNumbers, kid, payer, account, Currency, operationMask, null, null)
        {
            Payee = payee, Epoch = 1,
        };
    }

    public void Publish(Policy policy) => policies.Add((policy, Tags.Document(PolicyCodec.Encode(policy))));

    /// <summary>Denies a key from the next list on.</summary>
    public void Deny(KeyId kid)
    {
        if (denied.ContainsKey(kid)) return;
        var version = (uint)denyLists.Count + 1;
        denied[kid] = version;
        devices[kid] = devices[kid] with
        {
            DeniedIn = version, RevokedUnix = SimClock.TrueUnix(agenda),
        };
        var list = new DenyList(version, [.. denied.Keys]);
        denyLists.Add((list, Tags.Document(DenyListCodec.Encode(list))));
    }

    /// <summary>The first list that names a key; null when none does.</summary>
    public uint? DeniedIn(KeyId kid) => denied.TryGetValue(kid, out var version) ? version : null;

    /// <summary>
    /// Moves funds into a lease before the edge may spend them. An ask is known by its number and moves money once.
    /// </summary>
    public DecisionCode Ask(uint edge, LeaseAsk ask)
    {
        var row = edges[edge];
        var key = (edge, ask.Fence, ask.Incarnation, ask.Number);
        if (asks.ContainsKey(key)) return DecisionCode.Approved;
        if (row.Fence != ask.Fence) return DecisionCode.EdgeFrozen;
        var source = floatFunds;
        if (ask.Account is { } account && !payers.TryGetValue(account, out source)) return DecisionCode.UnknownAccount;
        var wanted = Math.Min(ask.WantedMinor, ask.Account is null ? 50_00 : profile.LeaseMinor);
        var size = Math.Min(wanted, Ledger.Available(source));
        if (size <= 0) return ask.Account is null ? DecisionCode.FloatExhausted : DecisionCode.Insufficient;

        var lease = Ledger.Open(AccountKind.Lease);
        var unix = SimClock.TrueUnix(agenda);
        leases[lease] = new(
            lease, edge, source, ask.Account is null, Currency, LeaseState.Offered, unix, 0, 0, 0, null)
        {
            Fence = row.Fence,
        };
        Move(TransferKind.LeaseGrant, source, lease, size);
        terms[lease] = new(size, row.Fence, agenda.Now, (uint)profile.SpendSeconds);
        var grant = new Grant(
            lease, edge, row.Fence, ask.Account, Currency, size, unix, (uint)profile.SpendSeconds,
            policies[^1].Policy.Version, ask.Number);
        row.Offers[lease] = new(grant, Tags.Document(GrantCodec.Encode(grant)));
        row.OpenLeases.Add(lease);
        asks[key] = lease;
        return DecisionCode.Approved;
    }

    public LeaseTerms TermsOf(long lease) => terms[lease];

    /// <summary>
    /// Every lease of the old fence goes back to its payer out of edge_loss, and the chain goes on under a new fence.
    /// </summary>
    public void RaiseFence(uint edge)
    {
        var row = edges[edge];
        foreach (var id in row.OpenLeases)
        {
            var lease = leases[id];
            if (lease.State is LeaseState.Closed or LeaseState.Reclaimed) continue;
            var rest = lease.BalanceMinor;
            if (!lease.FromFloat)
            {
                Ledger.Move(TransferKind.ForcedReclaim, Planted.Is(Bug.P52) ? id : edgeLoss, lease.Payer, rest);
                Ledger.Reclaimed[id] = rest;
                leases[id] = lease = lease with { ExcessMinor = lease.ExcessMinor + rest };
            }

            leases[id] = lease with { State = LeaseState.Reclaimed, Reclaimed = true };
        }

        row.Offers.Clear();
        var old = row.Chain;
        row.Fence++;
        row.Chains[row.Fence] = new(old.Head.NextRound, old.Head.Head)
        {
            LastUnix = old.LastUnix, DenyVersion = old.DenyVersion,
        };
        row.Trouble = null;
    }

    public Ack FenceOrder(uint edge)
    {
        var row = edges[edge];
        return new(edge, row.Fence, row.Chain.First - 1, OrderRoot(row));
    }

    private static Hash OrderRoot(EdgeRow row)
    {
        var before = row.Chains[row.Fence - 1];
        return row.Chain.First - 1 < before.First ? default : before.RootOf(row.Chain.First - 1) ?? default;
    }

    private void Move(TransferKind? kind, long debit, long credit, long amountMinor)
    {
        Ledger.Move(kind, debit, credit, amountMinor);
        Touch(debit, -amountMinor);
        Touch(credit, amountMinor);
    }

    private void Touch(long account, long deltaMinor)
    {
        if (Ledger.Kind(account) is AccountKind.Lease)
            leases[account] = leases[account] with { BalanceMinor = leases[account].BalanceMinor + deltaMinor };
    }
}

/// <summary>What a lease was granted with.</summary>
internal sealed record LeaseTerms(long LimitMinor, uint Fence, long GrantedAt, uint SpendSeconds);
