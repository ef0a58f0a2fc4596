using System.Text.Json;
using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Load;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>Makes a merchant, a gateway and devices with funded accounts, by the public API alone.</summary>
/// <param name="edge">The gateway's number; several need different ones, and different merchants.</param>
/// <param name="reverseSeconds">How long a lease that is stopped waits for a late REVERSE before it closes.</param>
internal sealed class Enroller(
    CloudApi api, DemoFolder folder, uint edge = DemoOptions.Edge, uint payee = DemoOptions.Payee,
    uint reverseSeconds = 120)
{
    private static readonly string[] Operations =
        ["sale", "auth", "increment", "void", "reverse", "voucher", "status"];

    private static readonly string[] PayeesOperations = ["capture", "void", "confirm", "refund", "status"];

    /// <summary>Limits wide enough that leases, and nothing else, decide when a device must stop.</summary>
    private readonly object policy = new
    {
        Currency = DemoOptions.Currency,
        FloorMinor = 50_00,
        SoftCount = 500,
        HardCount = 1_000,
        SoftCumulativeMinor = 500_00,
        HardCumulativeMinor = 1_000_00,
        AccountDayMinor = 500_00,
        PayeeMinor = 100_000_00,
        EdgeExposureMinor = 100_000_00,
        RefundDayMinor = 10_000_00,
        TrustedAfter = 0,     // Each device of a demo is new.
        ReverseSeconds = reverseSeconds,
    };

    /// <summary>Writes what the edge needs into its folder: configuration, API key, witness key.</summary>
    public async Task<PublicKey> EnrolGatewayAsync(
        PublicKey edgeKey, Uri uplink, int mqttPort, CancellationToken cancel)
    {
        await api.PostAsync(
            "/v1/payees", new { Payee = payee, DemoOptions.Currency, Name = "demo merchant" }, cancel);
        await api.PostAsync("/v1/policies", policy, cancel);
        var gateway = await api.PostAsync(
            "/v1/gateways",
            new
            {
                EdgeId = edge,
                PublicKey = Convert.ToHexStringLower(edgeKey.ToCoseKey()),
                Payee = payee,
                DemoOptions.Currency,
                DemoOptions.LeaseMinor,
                NewcomerMinor = DemoOptions.LeaseMinor,
                LeaseShareBasisPoints = 10_000,
            },
            cancel);
        var cloudKey = gateway.GetProperty("cloud_key").GetString()!;
        await WriteCredentialsAsync(gateway, cancel);
        await WriteConfigAsync(cloudKey, uplink, mqttPort, cancel);
        return PublicKey.FromCoseKey(Convert.FromHexString(cloudKey))
            ?? throw new VerbException(ExitCode.Failed, "The cloud's key is no COSE_Key.");
    }

    /// <summary>One account per device; every second device has an ES256 key, every third speaks MQTT 3.1.1.</summary>
    public async Task<Enrolment> EnrolDevicesAsync(PublicKey cloudKey, int count, int seed, CancellationToken cancel)
    {
        var random = new Random(seed);
        var accounts = Enumerable.Range(0, count)
            .Select(_ => new AccountId((ulong)random.NextInt64(1, long.MaxValue))).ToList();
        await Parallel.ForEachAsync(
            accounts, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel },
            async (account, stop) => await api.PostAsync(
                "/v1/accounts",
                new { AccountId = account.ToString(), DemoOptions.Currency, DemoOptions.FundMinor }, stop));
        var keys = accounts
            .Select((_, i) => SigningKey.Create(i % 2 == 0 ? SignatureAlgorithm.Es256 : SignatureAlgorithm.EdDsa))
            .ToList();
        var answers = await api.PostLinesAsync(
            "/v1/devices/import",
            keys.Select((key, i) => (object)new
            {
                PublicKey = Convert.ToHexStringLower(key.Public.ToCoseKey()),
                AccountId = accounts[i].ToString(),
                EdgeId = edge,
                Operations,
            }),
            cancel);
        if (answers.Count != count)
            throw new VerbException(ExitCode.Failed, $"{answers.Count} of {count} devices were answered.");
        var devices = keys
            .Select((key, i) => new DeviceIdentity(key, PasswordOf(answers[i], key), accounts[i], Mqtt5: i % 3 != 0));
        return new(cloudKey, [.. devices]);
    }

    /// <summary>Devices of the gateway's payee: they have no account and never spend.</summary>
    public async Task<IReadOnlyList<DeviceIdentity>> EnrolPayeesAsync(int count, CancellationToken cancel)
    {
        var keys = Enumerable.Range(0, count)
            .Select(i => SigningKey.Create(i % 2 == 0 ? SignatureAlgorithm.EdDsa : SignatureAlgorithm.Es256)).ToList();
        var answers = await api.PostLinesAsync(
            "/v1/devices/import",
            keys.Select(key => (object)new
            {
                PublicKey = Convert.ToHexStringLower(key.Public.ToCoseKey()),
                EdgeId = edge,
                Payee = payee,
                Operations = PayeesOperations,
            }),
            cancel);
        return [.. keys.Select((key, i) => new DeviceIdentity(key, PasswordOf(answers[i], key), default, i % 2 == 0))];
    }

    private static string PasswordOf(JsonElement answer, SigningKey key) =>
        answer.TryGetProperty("password", out var password)
            && answer.GetProperty("kid").GetString() == key.Public.Id.ToString()
            ? password.GetString()!
            : throw new VerbException(ExitCode.Failed, $"A device was not enrolled: {answer}");

    private async Task WriteCredentialsAsync(JsonElement gateway, CancellationToken cancel)
    {
        var credentials = Path.Combine(folder.Edge, "credentials");
        Directory.CreateDirectory(credentials);
        await WriteSecretAsync(
            Path.Combine(credentials, "cloud-api.key"),
            System.Text.Encoding.ASCII.GetBytes(gateway.GetProperty("api_key").GetString()!), cancel);
        await WriteSecretAsync(
            Path.Combine(credentials, "witness.key"),
            Convert.FromHexString(gateway.GetProperty("witness_key").GetString()!), cancel);
    }

    private Task WriteConfigAsync(string cloudKey, Uri uplink, int mqttPort, CancellationToken cancel) =>
        File.WriteAllTextAsync(
            folder.EdgeConfig,
            JsonSerializer.Serialize(new
            {
                Edge = new
                {
                    Id = edge,
                    CloudUrl = uplink.ToString().TrimEnd('/'),
                    CloudKey = cloudKey,
                    Mqtt = new { Port = mqttPort, Address = "127.0.0.1" },
                    Admin = new { Port = 0 },
                    Journal = new { SegmentMegabytes = 1, AllowVolatile = true },
                },
            }),
            cancel);

    private static async Task WriteSecretAsync(string path, byte[] secret, CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        await file.WriteAsync(secret, cancel);
    }
}
