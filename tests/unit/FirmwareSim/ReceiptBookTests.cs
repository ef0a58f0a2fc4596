using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class ReceiptBookTests : IDisposable
{
    private static readonly KeptReceipt First = new(
        new(new(0x0123456789abcdef), 1, 5), Operation.Sale, false, 150, DecisionCode.Approved, 150, 7, 40_213, 3, 77,
        [1, 2], [3, 4]);

    private readonly string folder = Directory.CreateTempSubdirectory("mqttpay-book-").FullName;

    private string Path => System.IO.Path.Combine(folder, "device.receipts");

    [Fact]
    public void What_was_kept_is_read_from_the_folder()
    {
        using (var book = new ReceiptBook(Path))
        {
            book.Append(First);
            book.Append(First with { Name = First.Name with { Sequence = 6 }, Code = DecisionCode.OverFloor });
        }

        var receipts = ReceiptBook.ReadAll(folder);

        Assert.Equal([5, 6], receipts.Select(receipt => receipt.Name.Sequence));
        Assert.Equal([true, false], receipts.Select(receipt => receipt.Approved));
        Assert.Equal(First.Reply, receipts[0].Reply);
        Assert.Equal(First.Payment, receipts[0].Payment);
    }

    [Fact]
    public void A_reply_that_was_kept_twice_is_one_receipt()
    {
        using (var book = new ReceiptBook(Path))
        {
            book.Append(First);
            book.Append(First);
        }

        Assert.Single(ReceiptBook.ReadAll(folder));
    }

    [Fact]
    public void A_torn_last_line_hides_no_other()
    {
        using (var book = new ReceiptBook(Path)) book.Append(First);
        File.AppendAllText(Path, "{\"Kid\":\"0123");

        Assert.Single(ReceiptBook.ReadAll(folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
