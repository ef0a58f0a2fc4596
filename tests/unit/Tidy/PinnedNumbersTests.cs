using System.Globalization;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>Numbers that are on the wire, in journals or in the ledger never move.</summary>
public sealed class PinnedNumbersTests
{
    [Theory]
    [InlineData(
        "Payments.Operation",
        "Sale=1 Auth=2 Increment=3 Capture=4 Void=5 Reverse=6 Refund=7 Voucher=8 Confirm=9 Status=10")]
    [InlineData(
        "Payments.DecisionCode",
        """
        Approved=0 Insufficient=1 OverFloor=2 CumulativeLimit=3 CountLimit=4 LeaseStale=5 FloatExhausted=6 DenyListed=7
        DeviceRevoked=8 BadSignature=9 ReplayConflict=10 SequenceStale=11 Format=12 Currency=13 UnknownAccount=14
        ReferenceNotFound=15 HoldClosed=16 CaptureExceeds=17 EdgeFrozen=18 GoOnline=19 Risk=20 TempError=21 Cutoff=22
        NotPermitted=23 WrongEdge=24
        """)]
    [InlineData(
        "Payments.Evidence",
        """
        None=0 OverFloor=1 SoftCount=2 HardCount=4 SoftCumulative=8 HardCumulative=16 LeaseLow=32 NoLease=64
        LeaseStale=128 DenyStale=256 RandomPick=512 NewDevice=1024 SequenceGap=2048 PreviousMismatch=4096
        ClockSuspect=8192 MacOnly=16384 AttestationMissing=32768 ScoreHigh=65536 ScoreMid=131072 ScoreMissing=262144
        NewAccountHere=524288 AmountOutlier=1048576 EdgeRestartedOffline=2097152 PayeeForcedOnline=4194304
        LeaseShort=8388608 AskedOk=16777216 AskedFailed=33554432 SiteCap=67108864
        """)]
    [InlineData("Payments.RequestFlags", "None=0 PartialOk=1 CardholderPresent=2 Confirm=4")]
    [InlineData("Payments.LeaseState", "Offered=1 Active=2 Stopped=3 Closed=4 Reclaimed=5")]
    [InlineData("Payments.HoldState", "Open=1 Captured=2 Voided=3 Ended=4")]
    [InlineData("Payments.LeaseStopReason", "Spent=1 Time=2 Replaced=3 Fence=4 Cloud=5")]
    [InlineData("Wire.SignatureAlgorithm", "EdDsa=-8 Es256=-7")]
    [InlineData(
        "Wire.WireError",
        """
        None=0 Empty=1 TooLong=2 Truncated=3 TrailingBytes=4 NotSign1=5 EnvelopeShape=6 UnprotectedNotEmpty=7
        ProtectedShape=8 Algorithm=9 KidSize=10 PayloadNotBstr=11 NotShortestForm=12 IndefiniteLength=13 LabelOrder=14
        UnknownLabel=15 MissingLabel=16 LabelNotAllowed=17 WrongType=18 OutOfRange=19 WrongSize=20 UnknownOp=21
        SignatureSize=22 SignatureValue=23 TopicMismatch=24 UnknownKid=25 SignatureInvalid=26 ReservedInfo=27
        """)]
    [InlineData("Rounds.FrameKind", "Round=1 Ack=2")]
    [InlineData("Rounds.FreezeCause", "None=0 Rollback=1 Fork=2 Replaced=3 Clock=4 Journal=5")]
    [InlineData("Rounds.ClockSource", "Tick=1 Contact=2")]
    [InlineData(
        "Settlement.Category",
        """
        BadSignature=1 ChainFork=2 ChainGap=3 TotalsMismatch=4 Conflict=5 DuplicateBenign=6 RevokedAtTime=7 OverLease=8
        Orphan=9 HoldExpiredCapture=10 CurrencyMismatch=11 AmountMismatch=12 StatusMismatch=13 MissingAtEdge=14
        MissingAtCloud=15 Unexpected=16 ClockSuspect=17 MatchedLate=18 InTransit=19 Matched=20 BankMissing=21 BankFee=22
        """)]
    [InlineData("Settlement.BreakSubject", "Record=1 Identity=2 Chain=3 Lease=4 FileLine=5")]
    [InlineData(
        "Settlement.AccountKind",
        """
        Payer=1 Lease=2 Payee=3 EdgeLoss=4 FloatFunds=5 Bank=6 Fees=7 Suspense=8 Clearing=9 PayerDebt=10
        """)]
    [InlineData(
        "Settlement.TransferKind",
        """
        Fund=1 LeaseGrant=2 LeaseReturn=3 LeaseExcess=4 ForcedReclaim=5 ReclaimReturn=6 Fee=7 Payout=8 PayoutReturn=9
        Dispute=10 WriteOff=11 Resolve=12 Correction=13 Suspend=14 HoldEnd=15 HoldPart=16 Recover=17 Debt=18
        DebtPaid=19 FloatBack=20
        """)]
    public void Numbers_never_move(string type, string pinned)
    {
        var numbers = typeof(Invariant).Assembly.GetType($"MqttPay.{type}", throwOnError: true)!;

        Assert.Equal(
            pinned.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            Enum.GetNames(numbers).Select(name => $"{name}={NumberOf(numbers, name)}").Order(StringComparer.Ordinal));
    }

    private static string NumberOf(Type numbers, string name) =>
        Convert.ToInt64(Enum.Parse(numbers, name), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
}
