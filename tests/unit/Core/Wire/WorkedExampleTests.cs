using System.Globalization;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>One payment with all its bytes, as the specification prints it.</summary>
public sealed class WorkedExampleTests
{
    private const string Request =
        "d2844da201270448de38ab3664ae5397a0583fa901010201031904120519047e061903d2071a6ab13b8008506da0633528deaa0144e7b0"
        + "58315f0b750a84199d150319c82148a1b2c3d4e5f607180d199d15584050ea107c065c8ae34b44d2e4a830dc5dbc11758d1c42bdaa"
        + "ee1d5e718ac6e0d84ab80c3f800596bd246c82d5d7fbee3362734818c5e4882114163e5a0c3b3409";

    private const string Header =
        "a801199d150203030c0419c822050106582050227249e7d80bb3b67606571bbb2dc361a1c61514e1a2f31db2542d17f4fa3a075820edf6"
        + "45fc50609bc47d1e46915883e742de222a34bd721ec18d8a9d4edc20c276081a6ab13b81";

    private const string Decision = "a701010219041203000419047e051a020000a0061a000160620811";

    private const string Signature =
        "111b5b04c43c37aeb706635f0d2cfaa22ec553bf47ed324eadaa1edf473639b46cc0ff5fc861a35a41ae6ff5880d0d0f9a8ae6695f185d"
        + "34238a122892b16e03";

    private static readonly Hash Tree = HashOf("edf645fc50609bc47d1e46915883e742de222a34bd721ec18d8a9d4edc20c276");
    private static readonly Hash Root = HashOf("40f0a8965dcecfb7405f2cc12fe86f79d5cef1217cde9ce5c17c9aec5b4e367b");
    private static readonly Hash Digest = HashOf("f7a3678708297d0df4a9d50c3d789524bc55f7e69a6eca65dfff3e34eb9ad376");

    private static readonly RoundHeader Round = new(
        40213, 3, 12, 51234, 1, HashOf("50227249e7d80bb3b67606571bbb2dc361a1c61514e1a2f31db2542d17f4fa3a"), Tree,
        1_790_000_001);

    [Fact]
    public void Keys_have_the_printed_names()
    {
        Assert.Equal("de38ab3664ae5397", TestKeys.DeviceEd25519.Kid.ToString());
        Assert.Equal("45a7ce280a5b402c", TestKeys.EdgeEd25519.Kid.ToString());
    }

    [Fact]
    public void The_request_is_the_printed_148_bytes()
    {
        var message = Samples.Message(Samples.Sale, TestKeys.DeviceEd25519);

        Assert.Equal(Request, Convert.ToHexStringLower(message));
        Assert.Equal(148, message.Length);
    }

    [Fact]
    public void The_request_parses_to_what_was_asked_with_the_printed_digest_and_payment_id()
    {
        var message = Convert.FromHexString(Request);

        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));

        Assert.Equal(Samples.Sale, view.ToRequest());
        Assert.Equal(Digest, view.Digest(message));
        Assert.Equal("df50b3b73fef28c9d4ddd1d44e825f19", PaymentId.Of(view.ToRequest().Name).ToString());
    }

    [Fact]
    public void Decision_leaf_header_root_and_witness_are_the_printed_ones()
    {
        Assert.Equal(Decision, Convert.ToHexStringLower(DecisionCodec.Encode(Samples.Approved)));
        Assert.Equal(Tree, RoundCodec.LeafHash(Digest, Convert.FromHexString(Decision)));
        Assert.Equal(Header, Convert.ToHexStringLower(RoundCodec.EncodeHeader(Round)));
        Assert.Equal(Root, RoundCodec.RootOf(Convert.FromHexString(Header)));
        Assert.Equal(0x40f0a8968b96684aUL, Witness.Of(TestKeys.Witness, 3, 51234, Root));
    }

    [Fact]
    public void The_reply_is_the_printed_218_bytes_and_proves_the_decision()
    {
        var signedRound = TestKeys.EdgeEd25519.Message(MessageKind.Round, RoundCodec.EncodeHeader(Round));
        var bytes = ReplyCodec.EncodeFinal(
            Convert.FromHexString(Decision), 0, [], signedRound, Witness.Of(TestKeys.Witness, 3, 51234, Root));

        var expected = "8600581b" + Decision + "0040" + "d2844da20127044845a7ce280a5b402ca0585b" + Header + "5840"
            + Signature + "48" + "40f0a8968b96684a";
        Assert.Equal(expected, Convert.ToHexStringLower(bytes));
        Assert.Equal(218, bytes.Length);
        Assert.Equal(WireError.None, ReplyCodec.TryParse(bytes, out var reply));
        var verdict = Receipt.Check(
            Assert.IsType<Reply.Final>(reply), Samples.Sale.Name, Digest, 40213, TestKeys.EdgeEd25519.Public,
            out var toBeSigned, out var signature);
        Assert.Equal(ReceiptVerdict.Ok, verdict);
        Assert.True(TestKeys.EdgeEd25519.Verify(toBeSigned, signature));
    }

    [Fact]
    public void The_thumbprint_of_the_example_key_of_rfc_9679_is_the_one_in_the_rfc()
    {
        var point = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
            + "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";
        var key = new PublicKey(SignatureAlgorithm.Es256, Convert.FromHexString(point));

        var thumbprint = Hash.Of(key.ToCoseKey());

        Assert.Equal("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec", thumbprint.ToString());
        Assert.Equal("496bd8afadf307e5", key.Id.ToString());
    }

    private static Hash HashOf(string hex) => new(
        UInt128.Parse(hex.AsSpan(0, 32), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        UInt128.Parse(hex.AsSpan(32), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
