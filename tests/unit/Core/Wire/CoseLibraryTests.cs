using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>A second opinion on valid messages, by a general COSE library.</summary>
public sealed class CoseLibraryTests
{
    public static TheoryData<Operation> Operations => [.. Enum.GetValues<Operation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void The_library_reads_and_verifies_our_es256_messages(Operation operation)
    {
        using var key = Key();
        var message = Samples.Message(Samples.Most(operation), TestKeys.DeviceEs256);

        var read = CoseMessage.DecodeSign1(message);

        Assert.True(read.VerifyEmbedded(key, CoseSign1.ExternalAad(MessageKind.Request)));
        Assert.False(read.VerifyEmbedded(key, CoseSign1.ExternalAad(MessageKind.Round)));
        Assert.False(read.VerifyEmbedded(key));
        Assert.Equal(
            RequestCodec.EncodePayload(Samples.Most(operation) with { Kid = TestKeys.DeviceEs256.Kid }),
            read.Content!.Value.ToArray());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void We_read_and_verify_the_messages_that_the_library_makes(Operation operation)
    {
        using var key = Key();
        var request = Samples.Most(operation) with { Kid = TestKeys.DeviceEs256.Kid };
        var signer = new CoseSigner(key, HashAlgorithmName.SHA256);
        signer.ProtectedHeaders.Add(CoseHeaderLabel.KeyIdentifier, TestKeys.DeviceEs256.KidBytes);

        var message = CoseSign1Message.SignEmbedded(
            RequestCodec.EncodePayload(request), signer, CoseSign1.ExternalAad(MessageKind.Request));

        Assert.Equal(WireError.None, Hostile.Judge(message));
        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
        Assert.Equal(request, view.ToRequest());
    }

    private static ECDsa Key() => ECDsa.Create(
        new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = TestKeys.DeviceEs256.Secret });
}
