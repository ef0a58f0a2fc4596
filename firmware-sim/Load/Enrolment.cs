using System.Text.Json;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Load;

/// <summary>
/// The devices of a fleet with their secrets, as the file that <c>demo</c> writes and <c>run</c> reads. Private.
/// </summary>
internal sealed record Enrolment(PublicKey CloudKey, IReadOnlyList<DeviceIdentity> Devices)
{
    /// <summary>Devices of the payee, which capture and refund.</summary>
    public IReadOnlyList<DeviceIdentity> Payees { get; init; } = [];

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Enrolment Read(string path)
    {
        if (!File.Exists(path))
            throw new VerbException(ExitCode.Usage, $"MP1001 usage: there is no enrolment file {path}.");
        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path))
                ?? throw new JsonException("empty");
            var cloud = PublicKey.FromCoseKey(Convert.FromHexString(content.CloudKey))
                ?? throw new FormatException("cloud_key");
            return new(cloud, [.. content.Devices.Select(IdentityOf)])
            {
                Payees = [.. (content.Payees ?? []).Select(IdentityOf)],
            };
        }
        catch (Exception bad) when (bad is JsonException or FormatException or ArgumentException)
        {
            throw new VerbException(
                ExitCode.Usage, $"MP1004 config_rejected: {path} is no enrolment file: {bad.Message}");
        }
    }

    public void Write(string path)
    {
        var content = new Content(
            Convert.ToHexStringLower(CloudKey.ToCoseKey()), [.. Devices.Select(RowOf)], [.. Payees.Select(RowOf)]);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, content);
    }

    private static Row RowOf(DeviceIdentity device) => new(
        Convert.ToHexStringLower(device.Key.Export()), device.Password, device.Account.ToString(), device.Mqtt5);

    private static DeviceIdentity IdentityOf(Row row) => new(
        SigningKey.Import(Convert.FromHexString(row.Key)), row.Password,
        AccountId.Read(Convert.FromHexString(row.Account)), row.Mqtt5);

    private sealed record Content(string CloudKey, IReadOnlyList<Row> Devices, IReadOnlyList<Row>? Payees = null);

    private sealed record Row(string Key, string Password, string Account, bool Mqtt5);
}
