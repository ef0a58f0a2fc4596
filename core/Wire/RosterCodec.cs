using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// {1: version, 2: edge, 3: payee, 4: [* payee], 5: [* device]} with device = [bstr .cbor cose-key, epoch,
/// [+ [account, currency]], operation mask, status, salt, hash, config, payee, tier, attested, sequence floor]. Of a
/// payer's device without tier, attestation and floor the last four are absent, as in the first rosters.
/// </summary>
public static class RosterCodec
{
    private const int OperationMaskMax = 0x7fe, AccountsMax = 64, ConfigMax = 1_024, SaltSize = 16,
        ShortArray = 8, LongArray = 12;

    public static byte[] Encode(Roster roster)
    {
        var writer = new StrictWriter(64 + roster.Devices.Count * 384).Map(5)
            .Unsigned(1).Unsigned(roster.Version)
            .Unsigned(2).Unsigned(roster.Edge)
            .Unsigned(3).Unsigned(roster.Payee)
            .Unsigned(4).Array(roster.Payees.Count);
        foreach (var payee in roster.Payees) writer.Unsigned(payee);
        writer.Unsigned(5).Array(roster.Devices.Count);
        foreach (var device in roster.Devices) Write(writer, device);
        return writer.ToArray();
    }

    public static WireError TryParse(ReadOnlySpan<byte> payload, out Roster? roster)
    {
        roster = null;
        if (payload.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(payload);
        var outer = reader.StartMap();
        var version = reader.Required(1) ? reader.U32() : 0;
        var edge = reader.Required(2) ? reader.U32() : 0;
        var payee = reader.Required(3) ? reader.U32() : 0;
        var payees = new List<uint>();
        if (reader.Required(4))
            for (var left = reader.Array(0, WireLimits.ListMax); left > 0 && reader.Ok; left--)
                payees.Add(reader.U32());
        var devices = new List<RosterDevice>();
        if (reader.Required(5))
            for (var left = reader.Array(0, WireLimits.RosterDevicesMax); left > 0 && reader.Ok; left--)
                if (ReadDevice(ref reader) is { } device) devices.Add(device);
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        roster = new(version, edge, payee, payees, devices);
        return WireError.None;
    }

    private static void Write(StrictWriter writer, RosterDevice device)
    {
        var extended = device is not { Payee: 0, Tier: 0, Attested: false, SequenceFloor: 0 };
        writer.Array(extended ? LongArray : ShortArray).Bytes(device.Key.ToCoseKey()).Unsigned(device.Epoch)
            .Array(device.Accounts.Count);
        foreach (var (account, currency) in device.Accounts) writer.Array(2).Bytes8(account.Value).Unsigned(currency);
        writer.Unsigned(device.OperationMask).Unsigned(device.Status)
            .Bytes(device.PasswordSalt).Bytes(device.PasswordHash).Bytes(device.Config);
        if (extended)
        {
            writer.Unsigned(device.Payee).Unsigned(device.Tier).Boolean(device.Attested)
                .Unsigned(device.SequenceFloor);
        }
    }

    private static RosterDevice? ReadDevice(ref StrictReader reader)
    {
        var size = reader.Array(ShortArray, LongArray);
        var extended = size != ShortArray;
        if (extended && size != LongArray) reader.Fail(WireError.WrongSize);
        var key = ConfigCodec.ReadKey(ref reader);
        var epoch = reader.U32();
        var accounts = new List<(AccountId, int)>();
        for (var left = reader.Array(0, AccountsMax); left > 0 && reader.Ok; left--)
        {
            reader.Array(2);
            accounts.Add((new(reader.Bytes8()), reader.Currency()));
        }
        var mask = reader.Small(0, OperationMaskMax);
        var status = reader.Small(RosterDevice.Active, RosterDevice.Revoked);
        var salt = reader.Bytes(SaltSize).ToArray();
        var hash = reader.Bytes(Hash.Size).ToArray();
        var config = reader.Bytes(0, ConfigMax).ToArray();
        var device = reader.Ok ? new RosterDevice(key!, epoch, accounts, mask, status, salt, hash, config) : null;
        if (!extended || device is null) return device;
        device = device with
        {
            Payee = reader.U32OrZero(), Tier = reader.Small(0, int.MaxValue), Attested = reader.Boolean(),
            SequenceFloor = reader.U63OrZero(),
        };
        if (device is { Payee: 0, Tier: 0, Attested: false, SequenceFloor: 0 }) reader.Fail(WireError.LabelNotAllowed);
        return reader.Ok ? device : null;
    }
}
