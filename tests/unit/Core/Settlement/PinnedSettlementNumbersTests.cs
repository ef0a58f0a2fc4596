using MqttPay.Payments;
using MqttPay.Settlement;
using Xunit;

namespace MqttPay.UnitTests.Core.Settlement;

/// <summary>These numbers are in the database and in reports.</summary>
public sealed class PinnedSettlementNumbersTests
{
    [Fact]
    public void Categories_keep_their_numbers() => Pin<Category>(
        "BadSignature, ChainFork, ChainGap, TotalsMismatch, Conflict, DuplicateBenign, RevokedAtTime, OverLease, "
        + "Orphan, HoldExpiredCapture, CurrencyMismatch, AmountMismatch, StatusMismatch, MissingAtEdge, "
        + "MissingAtCloud, Unexpected, ClockSuspect, MatchedLate, InTransit, Matched, BankMissing, BankFee");

    [Fact]
    public void Accounts_keep_their_kinds() => Pin<AccountKind>(
        "Payer, Lease, Payee, EdgeLoss, FloatFunds, Bank, Fees, Suspense, Clearing, PayerDebt");

    [Fact]
    public void Transfers_keep_their_kinds() => Pin<TransferKind>(
        "Fund, LeaseGrant, LeaseReturn, LeaseExcess, ForcedReclaim, ReclaimReturn, Fee, Payout, PayoutReturn, Dispute, "
        + "WriteOff, Resolve, Correction, Suspend, HoldEnd, HoldPart, Recover, Debt, DebtPaid, FloatBack");

    [Fact]
    public void States_keep_their_numbers()
    {
        Pin<LeaseState>("Offered, Active, Stopped, Closed, Reclaimed");
        Pin<HoldState>("Open, Captured, Voided, Ended");
        Pin<BreakSubject>("Record, Identity, Chain, Lease, FileLine");
    }

    [Fact]
    public void Every_category_has_an_owner_and_a_time() => Assert.All(Enum.GetValues<Category>(), category =>
        Assert.True(CategoryRule.OwnerOf(category).Length > 0 && CategoryRule.DueIn(category) > TimeSpan.Zero));

    /// <summary>In order, from 1.</summary>
    private static void Pin<T>(string names) where T : struct, Enum => Assert.Equal(
        names.Split(", ").Select((name, index) => (name, index + 1)),
        Enum.GetValues<T>().Select(value => (value.ToString(), Convert.ToInt32(value, null))));
}
