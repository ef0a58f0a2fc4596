using MqttPay.UnitTests.Tidy;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>What docs/WIRE.md prints is what the code does.</summary>
public sealed class SpecificationTests
{
    private static readonly string Page = Repository.Read("docs/WIRE.md");

    private static readonly string Unbroken = string.Concat(Page.Where(letter => !char.IsWhiteSpace(letter)));

    [Fact]
    public void Prints_the_worked_request_and_what_is_signed()
    {
        var message = Samples.Message(Samples.Sale, TestKeys.DeviceEd25519);
        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
        var toBeSigned = new byte[RequestView.ToBeSignedMax];
        var length = view.WriteToBeSigned(message, toBeSigned);

        Assert.Contains(Convert.ToHexStringLower(message), Unbroken);
        Assert.Contains(Convert.ToHexStringLower(toBeSigned, 0, length), Unbroken);
        Assert.Contains(view.Digest(message).ToString(), Unbroken);
    }

    [Fact]
    public void Names_every_wire_error_with_its_number() => Assert.All(
        Enum.GetValues<WireError>().Where(error => error is not WireError.None),
        error => Assert.Contains($"| {(int)error} {VectorFiles.NameOf(error)}", Page));

    [Fact]
    public void Names_what_each_kind_of_signature_is_for() => Assert.All(
        Enum.GetValues<MessageKind>(),
        kind => Assert.Contains(System.Text.Encoding.ASCII.GetString(CoseSign1.ExternalAad(kind)), Page));
}
