using Microsoft.Extensions.Logging.Abstractions;
using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Ingest;
using MqttPay.CloudSync.Leases;
using MqttPay.CloudSync.Settlement;
using MqttPay.CloudSync.Storage;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

/// <summary>A cloud on a database of its own, with one site, its edge, a payer and the payer's device.</summary>
internal sealed class LedgerWorld : IAsyncDisposable
{
    public const int Euro = 978;

    private readonly DocumentSigner signer = new(SigningKey.Create(SignatureAlgorithm.EdDsa));
    private readonly BatchVerifier verifier;
    private uint asks;

    private LedgerWorld(NpgsqlDataSource database)
    {
        Database = database;
        verifier = new(database, keyCapacity: 100);
        var followUp = new FollowUp(
            database, new FloatRecovery(database), new DenyBook(signer), NullLogger<FollowUp>.Instance);
        var poster = new BatchPoster(signer, TimeProvider.System);
        Fences = new(new() { Data = "" }, TimeProvider.System, NullLogger<FenceBook>.Instance);
        Ingest = new(
            database, verifier, poster, Fences, followUp, TimeProvider.System, NullLogger<BatchIngest>.Instance);
        Branches = new(database, verifier, poster, followUp, TimeProvider.System, NullLogger<BranchIngest>.Instance);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public NpgsqlDataSource Database { get; }

    public BatchIngest Ingest { get; }

    public BranchIngest Branches { get; }

    public FenceBook Fences { get; }

    public TestEdge Edge { get; private set; } = null!;

    public TestDevice Device { get; private set; } = null!;

    public PublicKey CloudKey => signer.Public;

    public static async Task<LedgerWorld> CreateAsync(LedgerServer server)
    {
        var world = new LedgerWorld(await server.CreateAsync(Cancel));
        await using (var connection = await world.Database.OpenConnectionAsync(Cancel))
        {
            Taken(await AccountBook.OpenPayeeAsync(connection, new(7, Euro), Cancel));
        }

        world.Edge = await world.EnrolEdgeAsync(1);
        world.Device = await world.EnrolDeviceAsync(1, await world.OpenPayerAsync(0xa1, 1_000_00));
        return world;
    }

    public async Task<string> OpenPayerAsync(ulong account, long fundMinor)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var name = new AccountId(account).ToString();
        Taken(await AccountBook.OpenPayerAsync(connection, new(name, Euro, FundMinor: fundMinor), "test", Cancel));
        await transaction.CommitAsync(Cancel);
        return name;
    }

    public async Task<TestEdge> EnrolEdgeAsync(uint number, long floatMinor = 50_00)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var edge = new TestEdge(number, SigningKey.Create(SignatureAlgorithm.Es256));
        var gateways = new GatewayBook(signer, new PolicyBook(signer), Fences);
        Taken(await gateways.EnrolAsync(
            connection,
            new(number, edge.PublicKey, 7, Euro, FloatMinor: floatMinor, NewcomerMinor: 0,
                LeaseShareBasisPoints: 10_000),
            "test", Cancel));
        await transaction.CommitAsync(Cancel);
        return edge;
    }

    public Task<TestDevice> EnrolDeviceAsync(uint edge, string? account, params string[] operations) =>
        EnrolDeviceAsync(edge, account, SigningKey.Create(SignatureAlgorithm.EdDsa), operations);

    public async Task<TestDevice> EnrolDeviceAsync(
        uint edge, string? account, SigningKey key, params string[] operations)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var device = new TestDevice(edge, key);
        var devices = new DeviceBook(signer, new DenyBook(signer), TimeProvider.System);
        string[]? asked = operations.Length == 0 ? null : operations;
        Taken(await devices.EnrolAsync(connection, new(device.PublicKey, account, edge, asked), Cancel));
        await transaction.CommitAsync(Cancel);
        return device;
    }

    /// <summary>A lease of this size, granted and offered; a float is granted whole.</summary>
    public async Task<long> GrantAsync(long amountMinor, uint edge = 1, ulong? account = 0xa1, uint fence = 1)
    {
        var outcome = await AskAsync(amountMinor, edge, account, fence);
        Assert.Equal(DecisionCode.Approved, outcome.Code);
        return outcome.Lease!.Value;
    }

    public Task<AskOutcome> AskAsync(long amountMinor, uint edge = 1, ulong? account = 0xa1, uint fence = 1)
    {
        var issuer = new LeaseIssuer(Database, TimeProvider.System);
        AccountId? payer = account is { } id ? new AccountId(id) : null;
        var ask = new LeaseAsk(++asks, fence, payer, Euro, amountMinor, Evidence.LeaseShort, 0, 1);
        return issuer.AskAsync(edge, ask, Cancel);
    }

    public Task<IngestResult> SubmitAsync(byte[] batch, uint edge = 1) => Ingest.SubmitAsync(edge, batch, Cancel);

    public Task<IngestResult> SubmitBranchAsync(byte[] rounds, uint edge = 1) =>
        Branches.SubmitAsync(edge, rounds, Cancel);

    /// <summary>Does something in a transaction of its own, and proves the books.</summary>
    public async Task<T> DoAsync<T>(Func<NpgsqlConnection, Task<T>> act)
    {
        T result;
        await using (var connection = await Database.OpenConnectionAsync(Cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            result = await act(connection);
            await transaction.CommitAsync(Cancel);
        }

        await ProveAsync();
        return result;
    }

    /// <summary>An operator raises the fence, and the edge goes on as ordered.</summary>
    public async Task RefenceAsync()
    {
        var fence = await DoAsync(connection =>
            Fences.RaiseAsync(connection, Edge.Edge, FenceCause.Asked, "test", Cancel));
        await using var reading = await Database.OpenConnectionAsync(Cancel);
        var chain = (await ChainStore.ReadAsync(reading, Edge.Edge, fence!.Value, Cancel))!;
        Edge.Refence(new(Edge.Edge, fence.Value, chain.Head.NextRound - 1, chain.Head.Head));
    }

    /// <summary>Takes a lease back by force.</summary>
    public async Task<ReclaimView> ReclaimAsync(long lease)
    {
        var outcome = await DoAsync(connection =>
            new ReclaimDesk(Fences, TimeProvider.System).LeaseAsync(connection, lease, "test", Cancel));
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    public Task FundAsync(ulong account, long amountMinor) => DoAsync(connection => AccountBook.FundAsync(
        connection, new AccountId(account).ToString(), new(amountMinor), "test", Cancel));

    public Task<long> OfPayerAsync(ulong account) => NumberAsync(
        "select balance_minor from account where kind = 1 and owner_no = $1", unchecked((long)account));

    public Task<long> CategoryCountAsync(Category category) => NumberAsync(
        "select count(*) from record_category where category = $1", (short)category);

    /// <summary>Posts a batch that must be accepted, and proves the books.</summary>
    public async Task<byte[]> PostAsync(byte[] batch, uint edge = 1)
    {
        var result = await SubmitAsync(batch, edge);
        var acked = Assert.IsType<IngestResult.Acked>(result);
        Assert.True(acked.New);
        await ProveAsync();
        return acked.Ack;
    }

    public async Task ProveAsync()
    {
        var proof = await LedgerProof.RunAsync(Database, Cancel);
        Assert.Equal([], proof.Checks.Where(check => check.Violations != 0));
        Assert.True(proof.Holds);
    }

    public async Task<long> NumberAsync(string sql, params object?[] values)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        return await connection.ValueAsync<long>(sql, Cancel, values);
    }

    public Task<long> BalanceAsync(AccountKind kind) => NumberAsync(
        $"select coalesce(sum(balance_minor), 0)::bigint from account where kind = {(int)kind}");

    public async Task RunAsync(string sql, params object?[] values)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await connection.RunAsync(sql, Cancel, values);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        verifier.Dispose();
        signer.Dispose();
    }

    private static void Taken<T>(CloudSync.Outcome<T> outcome) where T : class => Assert.Null(outcome.Refusal);
}
