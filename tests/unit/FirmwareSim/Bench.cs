using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>A device on a table: its keys, the cloud's and the edge's, and the messages that they would send.</summary>
internal sealed class Bench : IDisposable
{
    public const uint Edge = 40_213;
    private const ulong Witness = 0x0102030405060708;

    public Bench(SignatureAlgorithm algorithm = SignatureAlgorithm.EdDsa)
    {
        Key = SigningKey.Create(algorithm);
        Machine = Start(new());
    }

    public SigningKey Key { get; }

    public SigningKey CloudKey { get; } = SigningKey.Create(SignatureAlgorithm.EdDsa);

    public SigningKey EdgeKey { get; } = SigningKey.Create(SignatureAlgorithm.Es256);

    public DeviceRules Rules { get; init; } = new();

    public DeviceMachine Machine { get; private set; }

    public KeyId Kid => Key.Public.Id;

    /// <summary>Power off and on: only what was persisted is left.</summary>
    public DeviceMachine Reboot() => Machine = Start(DeviceStateCodec.Decode(DeviceStateCodec.Encode(Machine.State)));

    public DeviceMachine RestartWith(DeviceRules rules) =>
        Machine = new(Key, CloudKey.Public, Machine.State, rules, new Random(1));

    public IReadOnlyList<DeviceEffect> Step(DeviceInput input, double seconds = 0) =>
        Machine.Step(input, TimeSpan.FromSeconds(seconds));

    /// <summary>Connected and configured, with nothing open.</summary>
    public Bench Ready()
    {
        Step(new DeviceInput.Connected());
        Step(new DeviceInput.ConfigArrived(Config()));
        return this;
    }

    /// <summary>Ready, and a SALE is published.</summary>
    public byte[] AskSale(long amountMinor = 150) =>
        Assert.Single(Step(new DeviceInput.Asked(Wish.Sale(amountMinor))).OfType<DeviceEffect.Publish>()).Message;

    /// <summary>Asks for something that is allowed, and returns what was published for it.</summary>
    public byte[] Ask(Wish wish, double seconds = 0) =>
        Assert.Single(Step(new DeviceInput.Asked(wish), seconds).OfType<DeviceEffect.Publish>()).Message;

    /// <summary>Asks, and the edge approves all of it.</summary>
    public IReadOnlyList<DeviceEffect> Pay(Wish wish) => Step(new DeviceInput.ReplyArrived(Approve(Ask(wish))));

    /// <summary>Asks, and the edge decides otherwise.</summary>
    public IReadOnlyList<DeviceEffect> Pay(Wish wish, Func<Decision, Decision> change) =>
        Step(new DeviceInput.ReplyArrived(Final(Ask(wish), change)));

    public static PaymentRequest Read(byte[] message)
    {
        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
        return view.ToRequest();
    }

    public byte[] Config(long version = 1, uint epoch = 1, KeyId? kid = null, SigningKey? by = null, uint edge = Edge)
    {
        var signer = by ?? CloudKey;
        var payload = ConfigCodec.Encode(
            new(kid ?? Kid, version, epoch, edge, EdgeKey.Public, 978, 1_790_000_000, 0));
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Config, signer.Public.Id, signer.Public.Algorithm, payload);
        return CoseSign1.Encode(signer.Public.Id, signer.Public.Algorithm, payload, signer.Sign(toBeSigned));
    }

    public byte[] Approve(byte[] request) => Final(request, decision => decision);

    /// <summary>What the edge would answer, alone in its round; the arguments say what is different.</summary>
    public byte[] Final(
        byte[] request, Func<Decision, Decision> change, uint edge = Edge, SigningKey? by = null,
        Func<Hash, Hash>? digest = null)
    {
        Assert.Equal(WireError.None, RequestCodec.TryParse(request, out var view));
        var asked = view.ToRequest();
        var decision = change(new(
            view.Epoch, view.HintSequence, DecisionCode.Approved, asked.AmountMinor, Evidence.None, 7, 0, 1));
        var body = DecisionCodec.Encode(decision);
        var own = view.Digest(request);
        var round = RoundOf(digest is null ? own : digest(own), body, edge, by ?? EdgeKey);
        return ReplyCodec.EncodeFinal(body, 0, [], round, Witness);
    }

    /// <summary>What a payee's device hears when somebody's request is held for it.</summary>
    public byte[] Notice(
        RequestName name, long amountMinor, DecisionCode code = DecisionCode.Approved, uint edge = Edge,
        SigningKey? by = null, Hash? provenDigest = null)
    {
        var body = DecisionCodec.Encode(
            new(name.Epoch, name.Sequence, code, amountMinor, Evidence.None, 7, 86_400, 1));
        var digest = Hash.Of([1, 2, 3]);
        return ReplyCodec.EncodeNotice(
            name.Kid, digest, body, 0, [], RoundOf(provenDigest ?? digest, body, edge, by ?? EdgeKey));
    }

    private byte[] RoundOf(Hash digest, byte[] decision, uint edge, SigningKey signer)
    {
        var tree = RoundCodec.LeafHash(digest, decision);
        var header = RoundCodec.EncodeHeader(new(edge, 3, 1, 9, 1, default, tree, 1_790_000_000));
        var id = EdgeKey.Public.Id;
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Round, id, EdgeKey.Public.Algorithm, header);
        return CoseSign1.Encode(id, EdgeKey.Public.Algorithm, header, signer.Sign(toBeSigned));
    }

    public void Dispose()
    {
        Machine.Dispose();
        Key.Dispose();
        CloudKey.Dispose();
        EdgeKey.Dispose();
    }

    private DeviceMachine Start(DeviceState state) => new(Key, CloudKey.Public, state, Rules, new Random(1));
}
