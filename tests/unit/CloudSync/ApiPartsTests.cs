using System.Security.Cryptography;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Http;
using MqttPay.CloudSync.Reports;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.CloudSync;

public sealed class ApiPartsTests
{
    [Fact]
    public void Every_operation_has_a_name_that_reads_back_to_its_bit()
    {
        foreach (var operation in Enum.GetValues<Operation>())
        {
            var names = Operations.Names(1 << (int)operation);
            Assert.Equal(1 << (int)operation, Operations.Parse(names));
        }

        Assert.Null(Operations.Parse(["Sale"]));
        Assert.Null(Operations.Parse(["sale", "1"]));
        Assert.False(Operations.MayRefund(Operations.Standard));
    }

    [Fact]
    public void A_stored_answer_opens_only_with_the_key_and_the_wish_that_closed_it()
    {
        byte[] body = [1, 2, 3];
        var closed = StoredAnswer.Close("token", "wish", body);

        Assert.Equal(body, StoredAnswer.Open("token", "wish", closed));
        Assert.ThrowsAny<CryptographicException>(() => StoredAnswer.Open("other", "wish", closed));
        Assert.ThrowsAny<CryptographicException>(() => StoredAnswer.Open("token", "other", closed));
        closed[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => StoredAnswer.Open("token", "wish", closed));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(400, 2)]
    [InlineData(401, 3)]
    [InlineData(10_000, 50)]
    public void Many_gateways_seal_less_often(int online, int seconds) =>
        Assert.Equal(seconds, SealPace.SecondsFor(online));

    [Fact]
    public void A_payment_is_found_by_its_id_or_by_the_name_that_its_device_gave_it()
    {
        var name = new RequestName(new(0x0123456789abcdef), 1, 42);
        var id = PaymentId.Of(name);

        Assert.Equal(id, PaymentName.Read("0123456789abcdef-1-42"));
        Assert.Equal(id, PaymentName.Read(id.ToString()));
        Assert.Equal(id, PaymentName.Read($"pay_{id}"));
        Assert.Null(PaymentName.Read("0123456789ABCDEF-1-42"));
        Assert.Null(PaymentName.Read("0123456789abcdef-1--42"));
        Assert.Null(PaymentName.Read("7"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a3")]
    [InlineData("zz")]
    public void What_is_no_key_is_refused_without_a_fault(string? hex) => Assert.False(PublicKeys.TryRead(hex, out _));
}
