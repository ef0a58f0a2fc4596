using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Settlement;

/// <summary>One site with a payer, a lease of 100.00 and a float lease; a test says what differs.</summary>
internal static class Bench
{
    public const uint Now = 1_800_000_000;
    public const int Euro = 978, Dollar = 840;
    public const long Payer = 1, LeaseId = 2, Payee = 3, EdgeLoss = 4, FloatAccount = 5, Suspense = 8, FloatLease = 9;
    public const long DollarPayee = 13, DollarLoss = 14, DollarSuspense = 18;
    private const int AllOperations = 0x7fe;

    public static readonly DeviceStanding Phone =
        new(101, new(0xd1), Payer, new(0xa1), Euro, AllOperations, null, null);

    public static readonly DeviceStanding Counter =
        new(102, new(0xd2), 0, new(0), Euro, AllOperations, null, null);

    public static readonly LeaseStanding Granted = new(
        LeaseId, 1, Payer, false, Euro, LeaseState.Active, Now - 100, 100_00, 0, 0, null);

    public static readonly LeaseStanding FromFloat =
        Granted with { Lease = FloatLease, Payer = FloatAccount, FromFloat = true };

    public static readonly Books Usual = new()
    {
        BatchNo = 5,
        Edge = 1,
        ReceivedUnix = Now + 10,
        SitePayee = 7,
        LastUnix = Now - 10,
        Devices = new Dictionary<KeyId, DeviceStanding> { [Phone.Kid] = Phone, [Counter.Kid] = Counter },
        Leases = new Dictionary<long, LeaseStanding> { [LeaseId] = Granted, [FloatLease] = FromFloat },
        Payees = new Dictionary<(uint, int), long> { [(7, Euro)] = Payee, [(7, Dollar)] = DollarPayee },
        Currencies = new Dictionary<int, CurrencyBook>
        {
            [Euro] = new(EdgeLoss, Suspense),
            [Dollar] = new(DollarLoss, DollarSuspense),
        },
    };

    public static readonly PaymentRequest Coffee = new()
    {
        Operation = Operation.Sale, Kid = Phone.Kid, Epoch = 1, Sequence = 1, Edge = 1, AmountMinor = 3_50,
        Currency = Euro,
    };

    public static readonly PaymentRequest Held = Coffee with { Flags = RequestFlags.Confirm };

    public static Books With(this Books books, DeviceStanding device) => books with
    {
        Devices = new Dictionary<KeyId, DeviceStanding>(books.Devices) { [device.Kid] = device },
    };

    public static Books With(this Books books, LeaseStanding lease) => books with
    {
        Leases = new Dictionary<long, LeaseStanding>(books.Leases) { [lease.Lease] = lease },
    };

    public static LedgerName NameOf(PaymentRequest request) =>
        new(request.Kid == Phone.Kid ? Phone.Device : Counter.Device, request.Epoch, request.Sequence);

    public static JournalItem.Decided Approved(
        PaymentRequest request, long lease = LeaseId, long? amountMinor = null) =>
        Decided(request, DecisionCode.Approved, amountMinor ?? request.AmountMinor, lease);

    public static JournalItem.Decided Declined(PaymentRequest request) =>
        Decided(request, DecisionCode.Insufficient, 0, 0);

    public static JournalItem.Happened Event(RoundEvent content, RequestName? about = null) =>
        new(0, 1, Now, content, [1], about);

    /// <summary>A voucher of the session that the phone's first request opened, as an edge journals it.</summary>
    public static JournalItem.Happened Voucher(uint tick, long amountMinor, int currency = Euro, long session = 1)
    {
        var request = Coffee with
        {
            Operation = Operation.Voucher, Sequence = 0, ReferenceSequence = session, Tick = tick,
            AmountMinor = amountMinor, Currency = currency,
        };
        var message = CoseSign1.Encode(
            Phone.Kid, SignatureAlgorithm.EdDsa, RequestCodec.EncodePayload(request), new byte[64]);
        return Event(new RoundEvent.VoucherKept(message), request.Name with { Sequence = session });
    }

    /// <summary>Reconciles these items in this order; positions follow.</summary>
    public static Reconciled Run(Books books, params JournalItem[] items) =>
        Reconciler.Reconcile(books, [.. items.Select((item, index) => item with { Position = index })]);

    /// <summary>The one category of the record at a position, wherever it went.</summary>
    public static Category CategoryAt(this Reconciled batch, int position) =>
        batch.Payments.Where(row => row.Position == position).Select(row => row.Category)
            .Concat(batch.Declines.Where(row => row.Position == position).Select(row => row.Category))
            .Concat(batch.Rejects.Where(row => row.Position == position).Select(row => row.Category))
            .Single();

    public static long BalanceMoved(this Reconciled batch, long account) =>
        Postings.ByAccount(batch).GetValueOrDefault(account).BalanceMinor;

    public static long HeldMoved(this Reconciled batch, long account) =>
        Postings.ByAccount(batch).GetValueOrDefault(account).HeldMinor;

    private static JournalItem.Decided Decided(PaymentRequest request, DecisionCode code, long amountMinor, long lease)
    {
        var decision = new Decision(request.Epoch, request.Sequence, code, amountMinor, Evidence.None, lease, 0, 1);
        var digest = Hash.Of(System.Text.Encoding.UTF8.GetBytes(request.ToString()));
        return new(0, 1, Now, [1], [2], request, digest, decision, true);
    }
}
