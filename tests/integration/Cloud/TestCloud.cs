using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MqttPay.CloudSync;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

/// <summary>A whole cloud on a free port with an empty database, and what a client needs to speak to it.</summary>
public sealed class TestCloud(TestCluster cluster) : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mqttpay-cloud-");
    private CloudServer? server;
    private int keys;

    public HttpClient Http { get; private set; } = new();

    public string AdminKey { get; private set; } = "";

    public string Data => folder.FullName;

    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>All that the server answers, as "get /path".</summary>
    public IReadOnlyList<string> Routes => server!.Routes;

    /// <summary>What the gateways were told at enrolment, by number.</summary>
    public Dictionary<uint, JsonNode> Gateways { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var connection = await cluster.MakeDatabaseAsync();
        Database = NpgsqlDataSource.Create(connection);
        server = await CloudServer.StartAsync(
            new CloudOptions { Data = Data, Port = 0, Connection = connection },
            TimeProvider.System,
            logging => logging.SetMinimumLevel(LogLevel.None),
            TestContext.Current.CancellationToken);
        Http = new() { BaseAddress = new(server.Url), Timeout = TimeSpan.FromSeconds(60) };
        AdminKey = (await File.ReadAllTextAsync(server.AdminKeyFile, TestContext.Current.CancellationToken)).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (server is not null) await server.DisposeAsync();
        await Database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? body = null, string? token = null, string? idempotencyKey = null,
        string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (token != "") request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? AdminKey);
        if (idempotencyKey != "" && method == HttpMethod.Post)
            request.Headers.Add("Idempotency-Key", idempotencyKey ?? $"test-{Interlocked.Increment(ref keys)}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) =>
        SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body));

    /// <summary>Sends what must succeed and returns its JSON.</summary>
    public async Task<JsonNode> MakeAsync(string path, object body)
    {
        using var response = await PostAsync(path, body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public async Task<JsonNode> ReadAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>
    /// Enrols a gateway for payee 7 in euro, which is opened when it is new. Unless told it gets the largest lease that
    /// it may hold, and all that a payer has.
    /// </summary>
    public async Task<SigningKey> AddGatewayAsync(
        uint edge, long floatMinor = 0, long leaseMinor = 200_00, long? newcomerMinor = null, int share = 10_000)
    {
        (await PostAsync("/v1/payees", new { payee = 7, currency = 978 })).Dispose();
        var key = SigningKey.Create(SignatureAlgorithm.EdDsa);
        Gateways[edge] = await MakeAsync("/v1/gateways", new
        {
            edge_id = edge,
            public_key = Hex(key.Public),
            payee = 7,
            currency = 978,
            float_minor = floatMinor,
            lease_minor = leaseMinor,
            newcomer_minor = newcomerMinor ?? leaseMinor,
            lease_share_basis_points = share,
        });
        return key;
    }

    public Task<JsonNode> AddAccountAsync(string id, long fundMinor, long creditMinor = 0) => MakeAsync(
        "/v1/accounts",
        new { account_id = id, currency = 978, fund_minor = fundMinor, credit_minor = creditMinor });

    public async Task<(SigningKey Key, JsonNode Enrolled)> AddDeviceAsync(uint edge, string account)
    {
        var key = SigningKey.Create(SignatureAlgorithm.EdDsa);
        var enrolled = await MakeAsync(
            "/v1/devices", new { public_key = Hex(key.Public), account_id = account, edge_id = edge });
        return (key, enrolled);
    }

    /// <summary>The newest roster of a gateway, as it would read it.</summary>
    public async Task<Roster> RosterAsync(uint edge)
    {
        var answer = await SyncAsync(edge, Ask());
        Assert.Equal(
            WireError.None, RosterCodec.TryParse(Verified(edge, MessageKind.Roster, answer.Roster!), out var roster));
        return roster!;
    }

    /// <summary>Sends a sync as the gateway would, with its own key.</summary>
    public async Task<SyncAnswer> SyncAsync(uint edge, SyncRequest request)
    {
        using var response = await PostCborAsync(
            $"/edge/v1/{edge}/sync", SyncCodec.Encode(request), (string)Gateways[edge]["api_key"]!);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        Assert.Equal(WireError.None, SyncCodec.TryParse(bytes, out SyncAnswer? answer));
        return answer!;
    }

    public async Task<HttpResponseMessage> PostCborAsync(
        string path, byte[] body, string token, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new("application/cbor");
        if (encoding is not null) request.Content.Headers.ContentEncoding.Add(encoding);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<T?> QueryAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default;
    }

    public static SyncRequest Ask(params LeaseAsk[] asks) => new(1, 1, 0, 0, 0, asks, 0, default);

    public static LeaseAsk Want(uint number, string? account, long wantedMinor, uint incarnation = 1) => new(
        number, 1, account is null ? null : Id(account), 978, wantedMinor, Evidence.LeaseLow, 0, incarnation);

    public static AccountId Id(string account)
    {
        Assert.True(KeyId.TryParse(account, out var digits));
        return new(digits.Value);
    }

    public static string Hex(PublicKey key) => Convert.ToHexStringLower(key.ToCoseKey());

    /// <summary>
    /// Verifies a document of the cloud with the key that gateways are given, and returns its payload.
    /// </summary>
    public byte[] Verified(uint edge, MessageKind kind, byte[] message)
    {
        var cloud = PublicKey.FromCoseKey(Convert.FromHexString((string)Gateways[edge]["cloud_key"]!))!;
        Assert.Equal(WireError.None, CoseSign1.TryParse(message, out var envelope));
        Assert.Equal(cloud.Id, envelope.Kid);
        var payload = message[envelope.Payload];
        using var verifier = VerifyingKey.TryCreate(cloud)!;
        var toBeSigned = CoseSign1.ToBeSigned(kind, envelope.Kid, envelope.Algorithm, payload);
        Assert.True(verifier.Verify(toBeSigned, message.AsSpan()[envelope.Signature]));
        return payload;
    }
}
